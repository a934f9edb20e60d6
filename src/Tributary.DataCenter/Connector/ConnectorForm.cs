using System.Globalization;
using Tributary.Accounts;
using Tributary.DataSets;
using Tributary.Destinations;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.DataCenter.Connector;

/// <summary>
/// The four panes as they are filled in, every field as typed. What a choice hides keeps what was typed and is neither required nor sent.
/// </summary>
internal sealed class ConnectorForm
{
    public const string Specific = "specific";
    public const string Relative = "relative";
    public const string Several = "several";

    private ReportDefinition? _report;
    private HashSet<string> _flags = [];
    /// <summary>The account's name; empty while none is chosen.</summary>
    public string Account { get; set; } = "";

    /// <summary>The report; null while none is chosen.</summary>
    public ReportDefinition? Report
    {
        get => _report;
        set
        {
            _report = value;
            ReportId = value?.UniqueId ?? ReportId;
            Fields = value is null ? [] : ReportBook.FieldsOf(value);
            _flags = [.. Fields.SelectMany(f => f.Flag.Split(", "))];
        }
    }

    /// <summary>The report that was stored or chosen last, whether or not the account has it; null before one is.</summary>
    public string? ReportId { get; private set; }

    /// <summary>The fields the report takes.</summary>
    public IReadOnlyList<ReportField> Fields { get; private set; } = [];

    public bool AllSites { get; set; } = true;

    public List<int> Sites { get; } = [];

    /// <summary>none, label, id or all.</summary>
    public string Subtable { get; set; } = "none";

    public string? SubtableId { get; set; }

    public string? SubtableOf { get; set; }

    public string? Url { get; set; }

    public string? Title { get; set; }

    public string? ActionName { get; set; }

    public string ActionType { get; set; } = "url";

    /// <summary>The nested field; empty for none.</summary>
    public string Flatten { get; set; } = "";

    public string Goal { get; set; } = "all";

    public List<string> Segments { get; } = [];

    public List<string> SavedSegments { get; } = [];

    public Dictionary<string, string?> Parameters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Personal { get; } = new(StringComparer.Ordinal);

    public string? Steps { get; set; }

    /// <summary>all or top.</summary>
    public string Levels { get; set; } = "all";

    public string? Columns { get; set; }

    public string Period { get; set; } = "day";

    public string ReportDate { get; set; } = Several;

    public string? Date { get; set; }

    public string? DaysBack { get; set; } = "1";

    public string StartKind { get; set; } = Relative;

    public string? Start { get; set; }

    public string? StartDaysBack { get; set; } = "30";

    public string EndKind { get; set; } = Relative;

    public string? End { get; set; }

    public string? EndDaysBack { get; set; } = "1";

    /// <summary>none, day, week, month or year; null for the period's.</summary>
    public string? By { get; set; }

    public ScheduleForm Schedule { get; } = new();

    public SettingsForm Settings { get; } = new();

    /// <summary>The name as typed; null until somebody types.</summary>
    public string? NameTyped { get; set; }

    /// <summary>A name that is free and says what is read; null before a report is chosen.</summary>
    public string? Proposed { get; set; }

    /// <summary>The name: as typed, or the one proposed.</summary>
    public string Name => NameTyped ?? Proposed ?? "";

    /// <summary>The table as typed; null for what the name gives.</summary>
    public string? Table { get; set; }

    /// <summary>The destination's name.</summary>
    public string Destination { get; set; } = Tributary.Destination.EmbeddedName;

    public string Description { get; set; } = "";

    public string Tags { get; set; } = "";

    /// <summary>The DataSet the form is of; null for a new one.</summary>
    public string? Existing { get; set; }

    public bool HasDates => _report?.HasDates == true;

    /// <summary>Whether the dates are a span with a start and an end.</summary>
    public bool HasSpan => HasDates && (Period == "range" || ReportDate == Several);

    /// <summary>Whether the dates end at a day that does not move on.</summary>
    public bool IsFixed => HasDates && (HasSpan ? EndKind : ReportDate) == Specific;

    /// <summary>The periods between start and end.</summary>
    public string ByShown => By ?? (Period == "range" ? "none" : Period);

    /// <summary>Whether the report takes a field.</summary>
    public bool Shows(string flag) => _flags.Contains(flag);

    /// <summary>Whether the report cannot be read without a field.</summary>
    public bool Needs(string flag) => Fields.Any(f => f.Required && f.Flag == flag);

    /// <summary>What can be chosen of a field.</summary>
    public IReadOnlyList<string> ChoicesOf(string flag) => Fields.FirstOrDefault(f => f.Flag == flag)?.Choices ?? [];

    /// <summary>The parameters that no field of its own stands for.</summary>
    public IEnumerable<ReportField> OtherParameters => Fields.Where(f => f.Flag.StartsWith("--parameter ", StringComparison.Ordinal));

    /// <summary>The last days, one row set a day.</summary>
    public void UseLastDays(int days)
    {
        (Period, ReportDate, By) = ("day", Several, null);
        (StartKind, StartDaysBack, EndKind, EndDaysBack) = (Relative, days.ToString(CultureInfo.InvariantCulture), Relative, "1");
    }

    /// <summary>One day, the one before today.</summary>
    public void UseYesterday() => (Period, ReportDate, DaysBack) = ("day", Relative, "1");

    /// <summary>Every day from a date on.</summary>
    public void UseSince(DateOnly first)
    {
        (Period, ReportDate, By) = ("day", Several, null);
        (StartKind, Start, EndKind, EndDaysBack) = (Specific, Iso(first), Relative, "1");
    }

    /// <summary>The details, hidden fields left out.</summary>
    public DetailsInput Details() => new()
    {
        Report = _report is null ? null : _report.UniqueId == _report.Method.Replace('.', '_') ? _report.Method : _report.UniqueId,
        Sites = !Shows("--sites") || AllSites ? null : string.Join(',', Sites),
        Period = !HasDates ? null : HasSpan && Period != "range" ? null : Period,
        Date = HasDates && !HasSpan && ReportDate == Specific ? Text(Date) ?? "" : null,
        DaysBack = HasDates && !HasSpan && ReportDate == Relative ? Text(DaysBack) ?? "" : null,
        Start = HasSpan && StartKind == Specific ? Text(Start) ?? "" : null,
        StartDaysBack = HasSpan && StartKind == Relative ? Text(StartDaysBack) ?? "" : null,
        End = HasSpan && EndKind == Specific ? Text(End) ?? "" : null,
        EndDaysBack = HasSpan && EndKind == Relative ? Text(EndDaysBack) ?? "" : null,
        By = HasSpan ? ByShown : null,
        Subtable = Shows("--subtable") && Subtable == "id" ? Text(SubtableId) ?? "" : null,
        SubtableOf = Shows("--subtable-of") && Subtable == "label" ? SubtableOf ?? "" : null,
        Subtables = Shows("--subtables") && Subtable == "all" ? "all" : null,
        Url = Shows("--url") ? Text(Url) : null,
        Title = Shows("--title") ? Text(Title) : null,
        ActionName = Shows("--action-name") ? Text(ActionName) : null,
        ActionType = Shows("--action-type") ? ActionType : null,
        Flatten = Shows("--flatten") ? Text(Flatten) : null,
        Goal = Shows("--goal") && Goal != "all" ? Text(Goal) : null,
        Segments = Shows("--segment") ? [.. Segments.Where(s => !string.IsNullOrWhiteSpace(s))] : [],
        SavedSegments = Shows("--saved-segment") ? SavedSegments : [],
        Parameters = [.. OtherParameters.Select(f => f.Flag["--parameter ".Length..]).Where(p => Text(Parameters.GetValueOrDefault(p)) is not null).Select(p => $"{p}={Parameters[p]!.Trim()}")],
        Personal = Shows("--personal") ? [.. Personal.Where(p => PersonalFields.Defaults.ContainsKey(p.Key)).Select(p => $"{p.Key}={p.Value}")] : [],
        Steps = Shows("--steps") ? Text(Steps) : null,
        Levels = Shows("--levels") && Levels == "top" ? "top" : null,
        Columns = Text(Columns),
    };

    /// <summary>The whole form.</summary>
    public NewDataSet Whole() => new()
    {
        Name = Name,
        Account = Account,
        Details = Details(),
        Table = Text(Table),
        Destination = Destination,
        Settings = Settings.Of(this),
        Schedule = Schedule.Typed(),
    };

    /// <summary>Fills the form with a DataSet; its report is to be found by <see cref="ReportId"/>.</summary>
    public void Load(DataSet dataSet)
    {
        var d = DataSetForms.TypedOf(dataSet.Definition);
        Existing = dataSet.Definition.Name;
        ReportId = dataSet.Definition.Details.Report;
        (Account, NameTyped, Table, Description, Tags) = (dataSet.AccountName ?? "", dataSet.Definition.Name, dataSet.Table, dataSet.Definition.Description, string.Join(", ", dataSet.Definition.Tags));
        Destination = dataSet.DestinationName ?? "";
        AllSites = d.Sites is null;
        Sites.AddRange((d.Sites ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => int.Parse(s, CultureInfo.InvariantCulture)));
        (Subtable, SubtableId, SubtableOf) = (d.Subtables is not null ? "all" : d.SubtableOf is not null ? "label" : d.Subtable is not null ? "id" : "none", d.Subtable, d.SubtableOf);
        (Url, Title, ActionName, ActionType, Flatten, Goal) = (d.Url, d.Title, d.ActionName, d.ActionType ?? "url", d.Flatten ?? "", d.Goal ?? "all");
        Segments.AddRange(d.Segments);
        SavedSegments.AddRange(d.SavedSegments);
        foreach (var pair in d.Parameters.Select(p => p.Split('=', 2)))
        {
            Parameters[pair[0]] = pair[1];
        }

        foreach (var pair in d.Personal.Select(p => p.Split('=', 2)))
        {
            Personal[pair[0]] = pair[1];
        }

        (Steps, Levels, Columns) = (d.Steps, d.Levels ?? "all", d.Columns);
        LoadDates(d, dataSet.Definition);
        Schedule.Load(dataSet.Schedule.Typed);
        Settings.Load(dataSet.Definition);
    }

    private void LoadDates(DetailsInput d, DataSetDefinition definition)
    {
        if (definition.Details.Start is not null)
        {
            var unit = definition.Details.Period.ToString().ToLowerInvariant();
            (Period, ReportDate, By) = (unit, Several, null);
            (StartKind, Start, StartDaysBack) = (d.Start is null ? Relative : Specific, d.Start, d.StartDaysBack ?? StartDaysBack);
            (EndKind, End, EndDaysBack) = (d.End is null ? Relative : Specific, d.End, d.EndDaysBack ?? EndDaysBack);
        }
        else if (definition.Details.Date is not null)
        {
            (Period, ReportDate) = (definition.Details.Period.ToString().ToLowerInvariant(), d.Date is null ? Relative : Specific);
            (Date, DaysBack) = (d.Date, d.DaysBack ?? DaysBack);
        }
    }

    /// <summary>Text without blanks around it; null for none.</summary>
    internal static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
