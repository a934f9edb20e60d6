using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>The flags that say how a DataSet is kept, for adding one and for changing one: what is not given stays null.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<string> _update = Kinds.Choice("--update", "How a run changes stored rows. Default: partition; replace for lists without dates and for one total over a moving range.", "partition", "replace", "append", "merge");
    private readonly Option<string> _key = Kinds.Text("--key", "a,b", "With merge: the columns that tell rows apart. Default: site, period, segment and label.");
    private readonly Option<int?> _keepDays = Kinds.Number("--keep-days", "Remove what is older than N days; 0 keeps all. Default: 0.", 0, 36500);
    private readonly Option<int?> _keepRuns = Kinds.Number("--keep-runs", "How many runs can be reverted, with partition and replace. Default: 3.", 0, 100);
    private readonly Option<int?> _lookback = Kinds.Number("--lookback", "Days after a period's end during which it is read again. Default: 3.", 0, 3650);
    private readonly Option<bool> _allowEmpty = Kinds.Switch("--allow-empty", "Let an answer without rows replace what has some.");
    private readonly Option<string> _totals = Kinds.Choice("--totals-check", "Whether days whose totals moved in Matomo are read again, however old. Default: on.", "on", "off");
    private readonly Option<string> _alerts = Kinds.Choice("--alerts", "Whether alerts tell of it. Default: on.", "on", "off");
    private readonly Option<string> _drift = Kinds.Choice("--drift", "When the report's columns change: follow, follow and warn, or store nothing. Default: evolve.", "evolve", "warn", "stop");
    private readonly Option<string[]> _checks = Kinds.Texts("--check", "CODE=note|warn|stop|off", $"What a check does: {string.Join(", ", Check.All.Select(c => c.Code))}. Repeatable.");
    private readonly Option<string> _description = Kinds.Text("--description", "TEXT", "What it is for.");
    private readonly Option<string> _tags = Kinds.Text("--tag", "a,b", "Words to find it by and to run it with.");

    public IReadOnlyList<Option> All => [_update, _key, _keepDays, _keepRuns, _lookback, _allowEmpty, _totals, _alerts, _drift, _checks, _description, _tags];

    public IReadOnlyList<string>? Tags(Call call) => call.Value(_tags) is { } tags ? Split(tags) : null;

    public DataSetSettings Read(Call call) => new()
    {
        Update = call.Value(_update) is { } update ? Enum.Parse<UpdateMethod>(update, ignoreCase: true) : null,
        Key = call.Value(_key) is { } key ? Split(key) : null,
        KeepDays = call.Value(_keepDays),
        KeepRuns = call.Value(_keepRuns),
        LookbackDays = call.Value(_lookback),
        AllowEmpty = call.Given(_allowEmpty) ? call.Value(_allowEmpty) : null,
        TotalsCheck = call.Value(_totals) is { } totals ? totals == "on" : null,
        Alerts = call.Value(_alerts) is { } alerts ? alerts == "on" : null,
        Drift = call.Value(_drift) is { } drift ? Enum.Parse<DriftPolicy>(drift, ignoreCase: true) : null,
        Checks = Checks(call.Value(_checks) ?? []),
        Description = call.Value(_description),
        Tags = Tags(call),
    };

    private static Dictionary<string, CheckLevel> Checks(string[] texts)
    {
        var checks = new Dictionary<string, CheckLevel>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            if (parts.Length != 2 || !Enum.GetNames<CheckLevel>().Contains(parts[1], StringComparer.OrdinalIgnoreCase))
            {
                throw new InputException("--check", $"'{text}' does not say what a check does. Write CODE=note, CODE=warn, CODE=stop or CODE=off.");
            }

            checks[parts[0]] = Enum.Parse<CheckLevel>(parts[1], ignoreCase: true);
        }

        return checks;
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
