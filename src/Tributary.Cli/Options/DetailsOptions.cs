using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>The flags that say what to read, the same wherever something is read. Their values are checked by the core, all at once.</summary>
internal sealed class DetailsOptions(bool reportRequired = true)
{
    private readonly Option<string> _report = Kinds.Text("--report", "REPORT", "The report as Matomo names the method: Actions.getPageUrls. `tributary report list` shows them.", required: reportRequired);
    private readonly Option<string> _sites = Kinds.Text("--sites", "all|1,2", "All sites the token may view at each run, or ids. Default: all.");
    private readonly Option<string> _period = Kinds.Text("--period", "PERIOD", "day, week, month, year or range. Default: day.");
    private readonly Option<string> _date = Kinds.Text("--date", "DATE", "The period that contains this date (2026-01-31).");
    private readonly Option<string> _daysBack = Kinds.Text("--days-back", "N", "The period that contains the site's today minus N; 0 is today. Default without any date: 1.");
    private readonly Option<string> _start = Kinds.Text("--start", "DATE", "First day of several periods or of a range, inclusive.");
    private readonly Option<string> _startDaysBack = Kinds.Text("--start-days-back", "N", "The same, counted back from the site's today.");
    private readonly Option<string> _end = Kinds.Text("--end", "DATE", "Last day, inclusive.");
    private readonly Option<string> _endDaysBack = Kinds.Text("--end-days-back", "N", "The same, counted back from the site's today.");
    private readonly Option<string> _by = Kinds.Text("--by", "UNIT", "none, day, week, month or year: the partitions between start and end. Default: the period.");
    private readonly Option<string[]> _segments = Kinds.Texts("--segment", "EXPR", "A Matomo segment, e.g. 'deviceType==smartphone'. Repeat for one set of rows each.");
    private readonly Option<string[]> _savedSegments = Kinds.Texts("--saved-segment", "NAME", "A segment saved on the server, by its name. Repeatable.");
    private readonly Option<string> _goal = Kinds.Text("--goal", "GOAL", "all, a goal's id, order or abandoned-cart. Default: all.");
    private readonly Option<string> _subtable = Kinds.Text("--subtable", "ID", "A subtable's id, valid for one site and one date.");
    private readonly Option<string> _subtableOf = Kinds.Text("--subtable-of", "LABEL", "The rows below the row with this label, looked up at each run; a>b walks down.");
    private readonly Option<string> _subtables = Kinds.Text("--subtables", "all", "The rows below every row, with a column per level.");
    private readonly Option<string> _flatten = Kinds.Text("--flatten", "FIELD", "One row for each item of a nested field. `tributary report describe` names them.");
    private readonly Option<string> _url = Kinds.Text("--url", "URL", "The page, download or outlink of a report about one.");
    private readonly Option<string> _title = Kinds.Text("--title", "TEXT", "The page title of a report about one.");
    private readonly Option<string> _actionName = Kinds.Text("--action-name", "TEXT", "The action of Transitions.getTransitionsForAction.");
    private readonly Option<string> _actionType = Kinds.Text("--action-type", "url|title", "What --action-name is.");
    private readonly Option<string> _steps = Kinds.Text("--steps", "N", "The longest path of ClickPath.getPaths. Default: 5.");
    private readonly Option<string[]> _parameters = Kinds.Texts("--parameter", "NAME=VALUE", "Any other parameter of the report. Repeatable.");
    private readonly Option<string[]> _personal = Kinds.Texts("--personal", "FIELD=keep|hash|drop", "What is done to a personal field of raw visits. Default: hash; drop for visitIp. Repeatable.");
    private readonly Option<string> _levels = Kinds.Text("--levels", "top|all", "The top level of a hierarchy, or every leaf with a column per level. Default: all.");
    private readonly Option<string> _columns = Kinds.Text("--columns", "a,b,c", "The columns to keep besides site and period. Default: all.");

    public IReadOnlyList<Option> All =>
    [
        _report, _sites, _period, _date, _daysBack, _start, _startDaysBack, _end, _endDaysBack, _by, _segments, _savedSegments, _goal, _subtable, _subtableOf, _subtables,
        _flatten, _url, _title, _actionName, _actionType, _steps, _parameters, _personal, _levels, _columns,
    ];

    /// <summary>The sites as typed; null for all.</summary>
    public string? Sites(Call call) => call.Value(_sites);

    public DetailsInput Read(Call call) => new()
    {
        Report = call.Value(_report),
        Sites = call.Value(_sites),
        Period = call.Value(_period),
        Date = call.Value(_date),
        DaysBack = call.Value(_daysBack),
        Start = call.Value(_start),
        StartDaysBack = call.Value(_startDaysBack),
        End = call.Value(_end),
        EndDaysBack = call.Value(_endDaysBack),
        By = call.Value(_by),
        Segments = call.Value(_segments) ?? [],
        SavedSegments = call.Value(_savedSegments) ?? [],
        Goal = call.Value(_goal),
        Subtable = call.Value(_subtable),
        SubtableOf = call.Value(_subtableOf),
        Subtables = call.Value(_subtables),
        Flatten = call.Value(_flatten),
        Personal = call.Value(_personal) ?? [],
        Url = call.Value(_url),
        Title = call.Value(_title),
        ActionName = call.Value(_actionName),
        ActionType = call.Value(_actionType),
        Steps = call.Value(_steps),
        Parameters = call.Value(_parameters) ?? [],
        Levels = call.Value(_levels),
        Columns = call.Value(_columns),
    };
}
