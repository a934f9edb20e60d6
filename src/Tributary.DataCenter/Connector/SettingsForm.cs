using System.Globalization;
using Tributary.Model;

namespace Tributary.DataCenter.Connector;

/// <summary>How a DataSet is kept, as it is filled in.</summary>
internal sealed class SettingsForm
{
    /// <summary>partition, replace, append or merge; null for what suits the details.</summary>
    public UpdateMethod? Update { get; set; }

    public string? Key { get; set; }

    /// <summary>Days kept; empty for all.</summary>
    public string? KeepDays { get; set; }

    public string? KeepRuns { get; set; } = "3";

    public string? Lookback { get; set; } = "3";

    public bool AllowEmpty { get; set; }

    public bool TotalsCheck { get; set; } = true;

    public bool Alerts { get; set; } = true;

    public DriftPolicy Drift { get; set; } = DriftPolicy.Evolve;

    public Dictionary<string, CheckLevel> Checks { get; } = new(StringComparer.Ordinal);

    /// <summary>The method used: the one chosen, or what suits the details.</summary>
    public UpdateMethod Effective(ConnectorForm form) =>
        Update ?? (!form.HasDates || (form.HasSpan && form.ByShown == "none" && form.EndKind == ConnectorForm.Relative) ? UpdateMethod.Replace : UpdateMethod.Partition);

    /// <summary>Fields of which the text is no whole number.</summary>
    public IEnumerable<Problem> Problems(ConnectorForm form)
    {
        foreach (var (field, text, least, hidden) in new[]
        {
            ("--lookback", Lookback, 0, false), ("--keep-days", KeepDays, 1, Effective(form) == UpdateMethod.Replace), ("--keep-runs", KeepRuns, 0, false),
        })
        {
            if (!hidden && ConnectorForm.Text(text) is { } typed && (Number(typed) is not { } number || number < least))
            {
                yield return new Problem(field, $"'{typed}' is not a whole number from {least} up. Write one, for example 3.");
            }
        }
    }

    public DataSetSettings Of(ConnectorForm form)
    {
        var update = Effective(form);
        return new DataSetSettings
        {
            Description = form.Description.Trim(),
            Tags = [.. form.Tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)],
            Update = update,
            Key = update == UpdateMethod.Merge && ConnectorForm.Text(Key) is { } key ? key.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null,
            KeepDays = update == UpdateMethod.Replace || !form.HasDates ? 0 : Number(KeepDays) ?? 0,
            KeepRuns = Number(KeepRuns),
            LookbackDays = Number(Lookback),
            AllowEmpty = AllowEmpty,
            TotalsCheck = TotalsCheck,
            Alerts = Alerts,
            Drift = Drift,
            Checks = Checks,
        };
    }

    public void Load(DataSetDefinition definition)
    {
        (Update, Key) = (definition.Update, string.Join(", ", definition.Key));
        (KeepDays, KeepRuns, Lookback) = (definition.KeepDays?.ToString(CultureInfo.InvariantCulture), definition.KeepRuns.ToString(CultureInfo.InvariantCulture), definition.LookbackDays.ToString(CultureInfo.InvariantCulture));
        (AllowEmpty, TotalsCheck, Alerts, Drift) = (definition.AllowEmpty, definition.TotalsCheck, definition.Alerts, definition.Drift);
        foreach (var check in Check.All)
        {
            Checks[check.Code] = Check.LevelOf(definition, check.Code);
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
