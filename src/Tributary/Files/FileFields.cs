using Tributary.Accounts;
using Tributary.Alerts;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Files;

/// <summary>Every field of the file form, in the order in which it is written.</summary>
internal static class FileFields
{
    /// <summary>The form this program reads and writes.</summary>
    public const string Version = "1";

    /// <summary>Fields of <c>workspace</c>.</summary>
    public static IReadOnlyList<FieldRule> Workspace { get; } =
    [
        new("time_zone", FieldKind.Text, "The zone of schedules that name none, such as Europe/Paris. Default: UTC."),
    ];

    /// <summary>Fields of an account.</summary>
    public static IReadOnlyList<FieldRule> Account { get; } =
    [
        new("name", FieldKind.Text, "The name to call the account by.") { IsRequired = true },
        new("url", FieldKind.Text, "The address of the Matomo.") { IsRequired = true },
        new("token_env", FieldKind.Text, "The environment variable that holds the token. Needed for a new account; of one that is there, the token stays when the variable is not set."),
        new("requests_per_minute", FieldKind.Number, "At most so many requests a minute. Default: no limit.") { Least = 0 },
        new("parallel", FieldKind.Number, "Most requests at the same time, over all runs; fewer where the server answers no faster. Default: 4.") { Least = 1, Most = 64 },
        new("header_env", FieldKind.Map, "Further headers of every request: the name of each with the environment variable that holds its value."),
        new("basic_env", FieldKind.Text, "The environment variable that holds user:password of HTTP basic authentication."),
        new("proxy", FieldKind.Text, "Go through this proxy: http://host:port. One with a password comes by proxy_env."),
        new("proxy_env", FieldKind.Text, "The environment variable that holds the proxy's address with user and password."),
        new("ca_file", FieldKind.Text, "Trust the certificate authorities in this PEM file beside the system's."),
        new("language", FieldKind.Text, "The language of labels, as Matomo codes it. Default: en."),
        new("user_agent", FieldKind.Text, "The User-Agent to send. Default: Tributary's own."),
    ];

    /// <summary>Fields of a destination.</summary>
    public static IReadOnlyList<FieldRule> Destination { get; } =
    [
        new("name", FieldKind.Text, "The name to call the destination by.") { IsRequired = true },
        new("kind", FieldKind.Text, "What it is: postgresql, files, … A destination keeps its kind.") { IsRequired = true },
        new("option", FieldKind.Map, "Options of its kind by name, such as host; secrets come by option_env."),
        new("option_env", FieldKind.Map, "Options whose values environment variables hold, by name, such as password. Of a destination that is there, what a variable that is not set would hold stays."),
    ];

    /// <summary>Fields of a DataSet.</summary>
    public static IReadOnlyList<FieldRule> DataSet { get; } =
    [
        new("name", FieldKind.Text, "The name to call the DataSet by.") { IsRequired = true },
        new("rename_from", FieldKind.Text, "The name it had: the DataSet of that name gets the new one and keeps its data."),
        new("description", FieldKind.Text, "What it is for."),
        new("tag", FieldKind.List, "Words to find it by and to run it with."),
        new("table", FieldKind.Text, "The table's name. Default: the DataSet's name in snake_case. A table keeps its name."),
        new("account", FieldKind.Text, "The account to read from: of this file or of the workspace.") { IsRequired = true },
        new("destination", FieldKind.Text, "The destination to write to: of this file or of the workspace. Another one than before moves the DataSet with its rows. Default: the embedded one."),
        new("report", FieldKind.Text, "The report as Matomo names the method: Actions.getPageUrls.") { IsRequired = true },
        new("sites", FieldKind.List, "all, or ids: [1, 2]. Default: all."),
        new("period", FieldKind.Text, "Default: day.") { Choices = ["day", "week", "month", "year", "range"] },
        new("date", FieldKind.Text, "The period that contains this date (2026-01-31)."),
        new("days_back", FieldKind.Number, "The period that contains the site's today minus so many days. Default without any date: 1."),
        new("start", FieldKind.Text, "First day of several periods or of a range, inclusive."),
        new("start_days_back", FieldKind.Number, "The same, counted back from the site's today."),
        new("end", FieldKind.Text, "Last day, inclusive."),
        new("end_days_back", FieldKind.Number, "The same, counted back from the site's today."),
        new("by", FieldKind.Text, "The partitions between start and end. Default: the period.") { Choices = ["none", "day", "week", "month", "year"] },
        new("segment", FieldKind.Texts, "Matomo segments, such as deviceType==smartphone; one set of rows each."),
        new("saved_segment", FieldKind.Texts, "Segments saved on the server, by name."),
        new("goal", FieldKind.TextOrNumber, "all, a goal's id, order or abandoned-cart. Default: all."),
        new("subtable", FieldKind.Number, "A subtable's id, valid for one site and one date.") { Least = 1 },
        new("subtable_of", FieldKind.Text, "The rows below the row with this label; a>b walks down."),
        new("subtables", FieldKind.Text, "The rows below every row.") { Choices = ["all"] },
        new("flatten", FieldKind.Text, "One row for each item of a nested field."),
        new("url", FieldKind.Text, "The page, download or outlink of a report about one."),
        new("title", FieldKind.Text, "The page title of a report about one."),
        new("action_name", FieldKind.Text, "The action of Transitions.getTransitionsForAction."),
        new("action_type", FieldKind.Text, "What action_name is.") { Choices = ["url", "title"] },
        new("steps", FieldKind.Number, "The longest path of ClickPath.getPaths. Default: 5.") { Least = 1, Most = 20 },
        new("parameter", FieldKind.Map, "Any other parameter of the report."),
        new("personal", FieldKind.Map, "What is done to personal fields of raw visits. Default: hash; drop for visitIp.") { Choices = ["keep", "hash", "drop"] },
        new("levels", FieldKind.Text, "The top level of a hierarchy, or every leaf. Default: all.") { Choices = ["top", "all"] },
        new("columns", FieldKind.List, "The columns to keep besides site and period. Default: all."),
        new("update", FieldKind.Text, "How a run changes stored rows. Default: partition; replace for lists without dates and for one total over a moving range.") { Choices = ["partition", "replace", "append", "merge"] },
        new("key", FieldKind.List, "With merge: the columns that tell rows apart. Default: site, period, segment and label."),
        new("keep_days", FieldKind.Number, "Remove what is older than so many days; 0 keeps all. Default: 0.") { Most = 36500 },
        new("keep_runs", FieldKind.Number, "How many runs can be reverted. Default: 3.") { Most = 100 },
        new("lookback", FieldKind.Number, "Days after a period's end during which it is read again. Default: 3.") { Most = 3650 },
        new("allow_empty", FieldKind.Switch, "Whether an answer without rows may replace what has some. Default: false."),
        new("totals_check", FieldKind.Switch, "Whether days whose totals moved in Matomo are read again, however old. Default: true."),
        new("alerts", FieldKind.Switch, "Whether alerts tell of it. Default: true."),
        new("drift", FieldKind.Text, "When the report's columns change: follow, follow and warn, or store nothing. Default: evolve.") { Choices = ["evolve", "warn", "stop"] },
        new("check", FieldKind.Map, $"What checks do, by code: {string.Join(", ", Check.All.Select(c => c.Code))}.") { Choices = ["note", "warn", "stop", "off"] },
        new("every", FieldKind.Text, "Update it again and again: 15m, 2h, 1d, 2d@06:00."),
        new("daily_at", FieldKind.List, "Update it every day at these times: [\"07:00\", \"17:00\"]."),
        new("weekly", FieldKind.Text, "Update it on days of the week: mon,fri@07:00."),
        new("monthly", FieldKind.Text, "Update it on days of the month: 1,last@07:00."),
        new("cron", FieldKind.Text, "Update it by a cron expression of five fields."),
        new("manual", FieldKind.Switch, "Update it by hand only. Default."),
        new("active_hours", FieldKind.Text, "The hours in which every is active: 8-18."),
        new("time_zone", FieldKind.Text, "The zone of the schedule. Default: the workspace's."),
        new("missed", FieldKind.Text, "What is done about times missed while nothing was running. Default: once.") { Choices = ["once", "skip"] },
        new("retry", FieldKind.Number, "How often a scheduled update that failed is tried again. Default: 3."),
        new("retry_after", FieldKind.Text, "How long after the failure. Default: 15m."),
        new("no_retry", FieldKind.Switch, "Do not try again."),
        new("expect_every", FieldKind.Text, "The longest time between two updates that is no reason to worry: 26h."),
    ];

    /// <summary>Fields of an alert.</summary>
    public static IReadOnlyList<FieldRule> Alert { get; } =
    [
        new("name", FieldKind.Text, "The name to call the alert by.") { IsRequired = true },
        new("smtp", FieldKind.Text, "Send e-mails over this mail server: host or host:port. Default port: 587."),
        new("tls", FieldKind.Text, "How the mail server is spoken to. Default: tls on port 465, starttls elsewhere.") { Choices = ["starttls", "tls", "none"] },
        new("user", FieldKind.Text, "The user to sign in to the mail server with."),
        new("password_env", FieldKind.Text, "The environment variable that holds that user's password."),
        new("from", FieldKind.Text, "The sender of the e-mails."),
        new("to", FieldKind.List, "Whom to write to."),
        new("webhook_env", FieldKind.Text, "The environment variable that holds the address to POST JSON to."),
        new("slack", FieldKind.Switch, "Use the form Slack reads. Set by itself for addresses at hooks.slack.com."),
        new("on", FieldKind.List, "Only these events. Default: all.") { Choices = ["failed", "recovered", "late", "drift", "zero", "totals"] },
        new("dataset", FieldKind.Texts, "Only for these DataSets."),
        new("tag", FieldKind.List, "Only for DataSets with one of these tags."),
    ];
}
