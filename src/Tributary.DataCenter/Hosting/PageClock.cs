namespace Tributary.DataCenter.Hosting;

/// <summary>Now, and the zone of the workspace in which an open page tells times.</summary>
internal sealed class PageClock(Workspace workspace, TimeProvider clock)
{
    private TimeZoneInfo? _zone;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The zone, asked for once a page.</summary>
    public async ValueTask<TimeZoneInfo> ZoneAsync() =>
        _zone ??= TimeZoneInfo.TryFindSystemTimeZoneById(await workspace.GetTimeZoneAsync(default), out var zone) ? zone : TimeZoneInfo.Utc;
}
