using System.Globalization;
using Tributary.Alerts;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Scheduling;

namespace Tributary.Files;

/// <summary>A field as it stands in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its value, as YAML on one line.</param>
internal sealed record FieldText(string Name, string Text);

/// <summary>Gathers the fields of an item; what is the default is left out.</summary>
internal sealed class FieldTexts
{
    private readonly List<FieldText> _fields = [];

    public IReadOnlyList<FieldText> All => _fields;

    public FieldTexts Add(string name, string? text)
    {
        if (text is not null)
        {
            _fields.Add(new FieldText(name, YamlText.Of(text)));
        }

        return this;
    }

    /// <summary>A value that is no text.</summary>
    public FieldTexts AddPlain(string name, string? text)
    {
        if (text is not null)
        {
            _fields.Add(new FieldText(name, text));
        }

        return this;
    }

    public FieldTexts Add(string name, int? number) => AddPlain(name, number?.ToString(CultureInfo.InvariantCulture));

    public FieldTexts Add(string name, bool value, bool unless) => AddPlain(name, value == unless ? null : value ? "true" : "false");

    public FieldTexts Add(string name, IReadOnlyCollection<string> list) => AddPlain(name, list.Count == 0 ? null : YamlText.Of(list.Select(YamlText.Of)));

    public FieldTexts Add(string name, IReadOnlyCollection<KeyValuePair<string, string>> map) => AddPlain(name, map.Count == 0 ? null : YamlText.Of(map));
}

/// <summary>What a workspace holds, as the fields of a file.</summary>
internal static class FieldsOf
{
    /// <summary>A DataSet.</summary>
    /// <param name="definition">What it is.</param>
    /// <param name="table">Its table.</param>
    /// <param name="account">Its account's name; null when the account was removed.</param>
    /// <param name="destination">Its destination's name; null for the embedded one, and when it was removed.</param>
    public static IReadOnlyList<FieldText> DataSet(DataSetDefinition definition, string table, string? account, string? destination)
    {
        var details = DetailsText.Of(definition.Details);
        var schedule = ScheduleText.Of(new ScheduleSettings(definition.Schedule, definition.Retry, definition.ExpectEvery));
        var usual = new DataSetDefinition { Name = "", AccountId = "", Details = definition.Details };
        var fields = new FieldTexts()
            .Add("name", definition.Name)
            .Add("description", definition.Description.Length == 0 ? null : definition.Description)
            .Add("tag", definition.Tags)
            .Add("table", table == TableNames.FromDataSetName(definition.Name) ? null : table)
            .Add("account", account)
            .Add("destination", destination)
            .Add("report", details.Report)
            .AddPlain("sites", details.Sites is { } sites ? $"[{sites.Replace(",", ", ", StringComparison.Ordinal)}]" : null)
            .Add("period", details.Period)
            .Add("date", details.Date)
            .AddPlain("days_back", details.DaysBack)
            .Add("start", details.Start)
            .AddPlain("start_days_back", details.StartDaysBack)
            .Add("end", details.End)
            .AddPlain("end_days_back", details.EndDaysBack)
            .Add("by", details.By)
            .Add("segment", details.Segments)
            .Add("saved_segment", details.SavedSegments)
            .Add("goal", details.Goal)
            .AddPlain("subtable", details.Subtable)
            .Add("subtable_of", details.SubtableOf)
            .Add("subtables", details.Subtables)
            .Add("flatten", details.Flatten)
            .Add("url", details.Url)
            .Add("title", details.Title)
            .Add("action_name", details.ActionName)
            .Add("action_type", details.ActionType)
            .AddPlain("steps", details.Steps)
            .Add("parameter", definition.Details.Parameters)
            .Add("personal", [.. definition.Details.Personal.Select(p => KeyValuePair.Create(p.Key, Word(p.Value)))])
            .Add("levels", details.Levels)
            .Add("columns", definition.Details.Columns)
            .Add("update", definition.Update == SettingsRules.DefaultOf(definition.Details) ? null : Word(definition.Update))
            .Add("key", definition.Key)
            .Add("keep_days", definition.KeepDays)
            .Add("keep_runs", Unless(definition.KeepRuns, usual.KeepRuns))
            .Add("lookback", Unless(definition.LookbackDays, usual.LookbackDays))
            .Add("allow_empty", definition.AllowEmpty, unless: usual.AllowEmpty)
            .Add("totals_check", definition.TotalsCheck, unless: usual.TotalsCheck)
            .Add("alerts", definition.Alerts, unless: usual.Alerts)
            .Add("drift", definition.Drift == usual.Drift ? null : Word(definition.Drift))
            .Add("check", [.. definition.Checks.Select(c => KeyValuePair.Create(c.Key, Word(c.Value)))])
            .Add("every", schedule.Every)
            .Add("daily_at", schedule.DailyAt?.Split(',') ?? [])
            .Add("weekly", schedule.Weekly)
            .Add("monthly", schedule.Monthly)
            .Add("cron", schedule.Cron)
            .Add("active_hours", schedule.ActiveHours)
            .Add("time_zone", schedule.TimeZone)
            .Add("missed", schedule.Missed)
            .Add("no_retry", schedule.NoRetry, unless: false)
            .Add("expect_every", schedule.ExpectEvery);
        return definition.Retry == usual.Retry || schedule.NoRetry ? fields.All : fields.AddPlain("retry", schedule.Retry).Add("retry_after", schedule.RetryAfter).All;
    }

    /// <summary>An alert.</summary>
    /// <param name="alert">What it is.</param>
    /// <param name="dataSets">Names of the DataSets it names.</param>
    /// <param name="variables">Names the variables that hold its secrets.</param>
    public static IReadOnlyList<FieldText> Alert(AlertDefinition alert, IReadOnlyList<string> dataSets, VariableNames variables)
    {
        var smtp = alert.Smtp;
        return new FieldTexts()
            .Add("name", alert.Name)
            .Add("smtp", smtp is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(smtp.Host.Contains(':', StringComparison.Ordinal) ? $"[{smtp.Host}]" : smtp.Host)}:{smtp.Port}"))
            .Add("tls", smtp is null || smtp.Tls == (smtp.Port == 465 ? SmtpTls.Tls : SmtpTls.StartTls) ? null : Word(smtp.Tls))
            .Add("user", smtp?.User)
            .Add("password_env", smtp?.User is null ? null : variables.Of("PASSWORD", alert.Name))
            .Add("from", smtp?.From)
            .Add("to", smtp?.To ?? [])
            .Add("webhook_env", alert.Kind == AlertKind.Webhook ? variables.Of("WEBHOOK", alert.Name) : null)
            .Add("slack", alert.IsSlack && alert.WebhookHost?.Split(':')[0] != "hooks.slack.com", unless: false)
            .Add("on", alert.Events.Count == Enum.GetValues<AlertEvent>().Length - 1 ? [] : [.. alert.Events.Order().Select(e => Word(e))])
            .Add("dataset", [.. dataSets.Order(StringComparer.OrdinalIgnoreCase)])
            .Add("tag", alert.Tags)
            .All;
    }

    private static int? Unless(int value, int usual) => value == usual ? null : value;

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
