namespace Tributary.DataCenter.Connector;

/// <summary>Where on the connector page a field stands.</summary>
internal static class FieldPlaces
{
    private static readonly Dictionary<string, (int Pane, string Id)> Places = new(StringComparer.Ordinal)
    {
        ["--account"] = (1, "account"),
        ["--report"] = (2, "report"),
        ["--sites"] = (2, "site-find"),
        ["--period"] = (2, "period"),
        ["--date"] = (2, "date"),
        ["--days-back"] = (2, "days-back"),
        ["--start"] = (2, "start"),
        ["--start-days-back"] = (2, "start-days-back"),
        ["--end"] = (2, "end"),
        ["--end-days-back"] = (2, "end-days-back"),
        ["--by"] = (2, "by"),
        ["--url"] = (2, "url-of"),
        ["--title"] = (2, "title-of"),
        ["--action-name"] = (2, "action-name"),
        ["--goal"] = (2, "goal"),
        ["--flatten"] = (2, "flatten"),
        ["--levels"] = (2, "levels"),
        ["--steps"] = (2, "steps"),
        ["--subtable"] = (2, "subtable"),
        ["--subtable-of"] = (2, "subtable-of"),
        ["--subtables"] = (2, "subtable-kind"),
        ["--segment"] = (2, "segment"),
        ["--columns"] = (2, "columns"),
        ["--action-type"] = (2, "action-type"),
        ["--saved-segment"] = (2, "saved-segments segment"),
        ["--personal"] = (2, "personal-data"),
        ["--every"] = (3, "minutes hours days"),
        ["--daily-at"] = (3, "times"),
        ["--weekly"] = (3, "week-days times"),
        ["--monthly"] = (3, "month-days ordinals times"),
        ["--cron"] = (3, "cron"),
        ["--active-hours"] = (3, "active-from"),
        ["--time-zone"] = (3, "time-zone"),
        ["--missed"] = (3, "missed"),
        ["--retry"] = (3, "retry-times retries"),
        ["--retry-after"] = (3, "retry-minutes retries"),
        ["--expect-every"] = (3, "expect"),
        ["--alerts"] = (3, "alerts"),
        ["--manual"] = (3, "schedule-kind"),
        ["--no-retry"] = (3, "retries"),
        ["--check"] = (3, "checks"),
        ["--drift"] = (3, "drift"),
        ["--key"] = (3, "key"),
        ["--lookback"] = (3, "lookback"),
        ["--keep-days"] = (3, "keep-days"),
        ["--keep-runs"] = (3, "keep-runs"),
        ["--update"] = (3, "update-methods"),
        ["NAME"] = (4, "dataset-name"),
        ["--table"] = (4, "table"),
        ["--destination"] = (4, "destination"),
        ["--tag"] = (4, "tags"),
        ["--description"] = (4, "description"),
    };

    /// <summary>The pane of a field.</summary>
    public static int PaneOf(string field) => Places.TryGetValue(field.Split(' ')[0], out var place) ? place.Pane : 2;

    /// <summary>The id of its control; several, with blanks between, where it depends on what was chosen which of them is there.</summary>
    public static string IdOf(string field) => field.Split(' ') switch
    {
        ["--parameter", var name, ..] => $"parameter-{name}",
        [var flag, ..] => Places.TryGetValue(flag, out var place) ? place.Id : "report",
        _ => "report",
    };
}
