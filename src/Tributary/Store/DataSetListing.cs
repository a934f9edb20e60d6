using System.Globalization;
using System.Text.Json;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A DataSet in a list: what one line of it tells.</summary>
internal sealed record ListedDataSet(string Name, string Table, string Report, string? AccountName, long Rows, int Partitions, RunStatus? LastStatus, DateTimeOffset? LastRunAt, Schedule Schedule)
{
    public required string Id { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? Error { get; init; }

    public string? ErrorCode { get; init; }

    public string? Warning { get; init; }

    public bool AccountNeedsAttention { get; init; }

    public string? LastRunId { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public string? About { get; init; }
}

/// <summary>
/// All DataSets by one query, their definitions not read: the serializer takes longer to get ready than SQLite to list thousands of them.
/// </summary>
internal sealed class DataSetListing(StoreDatabase store)
{
    private readonly string _sql = Sql(store.Engine);

    /// <summary>All by name, or those of an account.</summary>
    public Task<List<ListedDataSet>> ReadAsync(string? accountId, CancellationToken cancellationToken)
    {
        // Schedules repeat: a workspace has a handful of different ones.
        var schedules = new Dictionary<string, Schedule>(StringComparer.Ordinal);
        return store.ReadAsync(_sql, [("account", accountId)], r => Read(r, schedules), cancellationToken);
    }

    /// <summary>A schedule as <see cref="StoreJson"/> writes it.</summary>
    internal static Schedule ReadSchedule(string json)
    {
        using var document = JsonDocument.Parse(json);
        var plain = new Schedule();
        var schedule = document.RootElement;
        return new Schedule
        {
            Kind = Of(schedule, "kind") is { } kind ? Enum.Parse<ScheduleKind>(kind.GetString()!, ignoreCase: true) : plain.Kind,
            Every = Of(schedule, "every") is { } every ? TimeSpan.Parse(every.GetString()!, CultureInfo.InvariantCulture) : null,
            ActiveHours = Of(schedule, "active_hours") is { } hours ? new ActiveHours(hours.GetProperty("from").GetInt32(), hours.GetProperty("to").GetInt32()) : null,
            Times = [.. Items(schedule, "times").Select(t => TimeOnly.Parse(t.GetString()!, CultureInfo.InvariantCulture))],
            Weekdays = [.. Items(schedule, "weekdays").Select(Weekday)],
            MonthDays = [.. Items(schedule, "month_days").Select(d => new MonthDay(Of(d, "day")?.GetInt32(), Of(d, "ordinal")?.GetInt32(), Of(d, "weekday") is { } day ? Weekday(day) : null))],
            Cron = Of(schedule, "cron")?.GetString(),
            TimeZone = Of(schedule, "time_zone")?.GetString(),
            RunsMissed = Of(schedule, "runs_missed")?.GetBoolean() ?? plain.RunsMissed,
        };
    }

    private static string Sql(StoreEngine engine) => $"""
        SELECT d.name, d.table_name, {engine.Json("d.definition", "details", "report")}, a.name, coalesce(p.stored, 0), coalesce(p.number, 0), r.status, r.ended_at, {engine.JsonPart("d.definition", "schedule")},
            d.id, {engine.JsonPart("d.definition", "tags")}, {engine.Json("r.result", "error", "message")}, {engine.Json("r.result", "error", "code")},
            CASE WHEN r.status = 'succeeded_with_warnings' THEN (SELECT {engine.Json("w.value", "message")} FROM {engine.JsonItems("r.result", "warnings", "w")} WHERE coalesce({engine.Json("w.value", "is_note")}, '0') NOT IN ('1', 'true') LIMIT 1) END,
            CASE WHEN a.state = 'needs_attention' THEN 1 ELSE 0 END, r.id, p.read_at,
            coalesce({engine.Json("d.definition", "details", "url")}, {engine.Json("d.definition", "details", "title")}, {engine.Json("d.definition", "details", "action_name")}, {engine.Json("d.definition", "details", "subtable_of")})
        FROM datasets d
        LEFT JOIN accounts a ON a.id = d.account_id
        LEFT JOIN (SELECT dataset_id, sum(rows) AS stored, count(*) AS number, max(read_at) AS read_at FROM partitions GROUP BY dataset_id) p ON p.dataset_id = d.id
        LEFT JOIN runs r ON r.id = (SELECT id FROM runs WHERE dataset_id = d.id AND result IS NOT NULL AND trigger <> 'move' ORDER BY id DESC LIMIT 1)
        WHERE CAST(@account AS TEXT) IS NULL OR d.account_id = @account
        ORDER BY d.name_key
        """;

    private static ListedDataSet Read(DbDataReader r, Dictionary<string, Schedule> schedules)
    {
        var text = r.Text(8) ?? "{}";
        if (!schedules.TryGetValue(text, out var schedule))
        {
            schedules[text] = schedule = ReadSchedule(text);
        }

        return new ListedDataSet(
            r.GetString(0), r.GetString(1), r.GetString(2), r.Text(3), r.GetInt64(4), r.GetInt32(5),
            r.Text(6) is { } status ? Enum.Parse<RunStatus>(status.Replace("_", "", StringComparison.Ordinal), ignoreCase: true) : null, r.Instant(7), schedule)
        {
            Id = r.GetString(9),
            Tags = r.Text(10) is { Length: > 2 } tags ? ReadTags(tags) : [],
            Error = r.Text(11),
            ErrorCode = r.Text(12),
            Warning = r.Text(13),
            AccountNeedsAttention = !r.IsDBNull(14) && r.Flag(14),
            LastRunId = r.Text(15),
            ReadAt = r.Instant(16),
            About = r.Text(17),
        };
    }

    private static List<string> ReadTags(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(t => t.GetString()!)];
    }

    private static JsonElement? Of(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) => Of(element, name)?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();

    private static DayOfWeek Weekday(JsonElement day) => Enum.Parse<DayOfWeek>(day.GetString()!, ignoreCase: true);
}
