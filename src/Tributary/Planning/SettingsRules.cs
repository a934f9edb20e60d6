using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.Planning;

/// <summary>Puts settings into a definition, or says everything that does not hold together, each at its field.</summary>
internal static class SettingsRules
{
    // A hundred years: what is counted back from today stays within the calendar, and no Matomo is older.
    private const int MostDays = 36_500;

    // Each kept run is a table beside the DataSet's.
    private const int MostRuns = 1_000;

    /// <summary>The definition with the settings.</summary>
    /// <param name="definition">The definition: details already read; other settings as they were, or the defaults of a new DataSet.</param>
    /// <param name="settings">What is given.</param>
    /// <param name="report">The report.</param>
    /// <param name="isNew">Whether defaults that depend on the report are chosen.</param>
    /// <exception cref="InputException">Something does not hold together.</exception>
    public static DataSetDefinition Apply(DataSetDefinition definition, DataSetSettings settings, ReportDefinition report, bool isNew)
    {
        var update = settings.Update ?? (isNew ? DefaultOf(definition.Details) : definition.Update);
        var keepDays = settings.KeepDays is { } days ? days == 0 ? null : days : definition.KeepDays;
        var result = definition with
        {
            Description = settings.Description ?? definition.Description,
            Tags = settings.Tags ?? definition.Tags,
            Update = update,
            Key = update == UpdateMethod.Merge ? settings.Key ?? (definition.Key.Count > 0 ? definition.Key : ProposedKey(report, definition.Details)) : [],
            KeepDays = keepDays,
            KeepRuns = settings.KeepRuns ?? definition.KeepRuns,
            LookbackDays = settings.LookbackDays ?? definition.LookbackDays,
            AllowEmpty = settings.AllowEmpty ?? definition.AllowEmpty,
            TotalsCheck = settings.TotalsCheck ?? definition.TotalsCheck,
            Alerts = settings.Alerts ?? definition.Alerts,
            Drift = settings.Drift ?? definition.Drift,
            Checks = Checks(definition, settings),
        };
        var problems = Problems(result, settings).Concat(KeyProblems(result, report)).ToList();
        return problems.Count == 0 ? result : throw new InputException(problems);
    }

    /// <summary>The columns that tell the rows of a report apart, as far as the catalog knows: site, period, segment, and the label with what it is made of.</summary>
    public static IReadOnlyList<string> ProposedKey(ReportDefinition report, Details details)
    {
        List<string> key = ["site_id"];
        if (report.HasDates)
        {
            key.AddRange(["period", "period_start", "period_end"]);
        }

        if (details.HasSegments)
        {
            key.Add("segment");
        }

        if (IdOfVisit(report) is { } visit)
        {
            key.Add(visit);
        }
        else if (report.Dimensions.Count > 0)
        {
            key.AddRange(["label", "is_others"]);
        }

        return key;
    }

    private static string? IdOfVisit(ReportDefinition report) =>
        report.Source == ReportSource.VisitLog ? "visit_id" : report.Method == "Live.getLastVisitsDetails" ? "id_visit" : null;

    /// <summary>
    /// A row of one partition takes the place of another's where the key names neither, and no commit sees that of the other: the table would lack rows that
    /// its partitions are said to have. A visit is the same in whichever partition it is read, and a range that moves is one partition anew.
    /// </summary>
    private static IEnumerable<Problem> KeyProblems(DataSetDefinition definition, ReportDefinition report)
    {
        bool Has(string? column) => column is not null && definition.Key.Contains(column, StringComparer.OrdinalIgnoreCase);

        var details = definition.Details;
        if (definition.Key.Count == 0 || Has(IdOfVisit(report)))
        {
            yield break;
        }

        var hasDates = report.HasDates && details.Period is not (Period.None or Period.Range) && (details.IsSpan || details.Date is not { IsRelative: false });
        foreach (var (column, isNeeded, what) in new[]
        {
            ("site_id", details.Sites is not { Count: 1 }, "site"),
            ("period_start", hasDates && !Has("period_end"), "date"),
            ("segment", details.Segments.Count + details.SavedSegments.Count > 1, "segment"),
        })
        {
            if (isNeeded && !Has(column))
            {
                yield return new Problem("--key", $"The key {string.Join(", ", definition.Key)} lacks {column}: a row of one {what} would take the place of the same row of another. Write --key {string.Join(',', ProposedKey(report, details))}, or choose --update partition.");
            }
        }
    }

    /// <summary>The update method of a DataSet that names none.</summary>
    public static UpdateMethod DefaultOf(Details details) =>
        details.Period == Period.None || (details.Period == Period.Range && (details.Start is { IsRelative: true } || details.End is { IsRelative: true })) ? UpdateMethod.Replace : UpdateMethod.Partition;

    private static Dictionary<string, CheckLevel> Checks(DataSetDefinition definition, DataSetSettings settings)
    {
        var checks = new Dictionary<string, CheckLevel>(definition.Checks, StringComparer.Ordinal);
        foreach (var (code, level) in settings.Checks)
        {
            checks[code] = level;
        }

        return checks.Where(c => Check.Find(c.Key)?.Default != c.Value).ToDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<Problem> Problems(DataSetDefinition definition, DataSetSettings settings)
    {
        foreach (var (field, value, most, word) in new[]
        {
            ("--keep-days", settings.KeepDays, MostDays, "days, 0 to keep everything"),
            ("--keep-runs", settings.KeepRuns, MostRuns, "runs, 0 to keep nothing that could be reverted"),
            ("--lookback", settings.LookbackDays, MostDays, "days"),
        })
        {
            if (value < 0 || value > most)
            {
                yield return new Problem(field, string.Create(CultureInfo.InvariantCulture, $"{value} is out of range. Write a number from 0 to {most} of {word}."));
            }
        }

        if (settings.Key is { Count: > 0 } && definition.Update != UpdateMethod.Merge)
        {
            yield return new Problem("--key", $"A key tells rows apart that are merged; with --update {Word(definition.Update)} there is no use for it. Write --update merge, or leave --key out.");
        }

        if (definition.KeepDays is not null && definition.Update == UpdateMethod.Replace)
        {
            yield return new Problem("--keep-days", "All rows are replaced at every run, so there are no older ones to keep or remove. Leave --keep-days out, or choose --update partition.");
        }

        if (definition.KeepDays is not null && definition.Details.Period == Period.None)
        {
            yield return new Problem("--keep-days", "The report is a list without dates: its rows have no age. Leave --keep-days out.");
        }

        foreach (var unknown in settings.Checks.Keys.Where(c => Check.Find(c) is null))
        {
            yield return new Problem("--check", $"There is no check '{unknown}'.{NearestName.Hint(unknown, Check.All.Select(c => c.Code))} Checks: {string.Join(", ", Check.All.Select(c => c.Code))}.");
        }
    }

    private static string Word(UpdateMethod update) => update.ToString().ToLowerInvariant();
}
