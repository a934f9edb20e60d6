using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Faults;

namespace Tributary.SampleMatomo.Http;

/// <summary>
/// Finished answers, so that a sample that stands in for a slow server does not take the processor from who measures against it.
/// Only answers that no passing of time changes are kept: named days that are over everywhere.
/// </summary>
internal sealed class ReplyCache(TimeProvider clock)
{
    private const long BytesKept = 2L * 1024 * 1024 * 1024;
    private readonly BoundedCache<string, Reply> _replies = new(BytesKept);

    /// <summary>The name of the answer; null when it must not be kept.</summary>
    public string? KeyOf(Parameters p, User user, FaultsNow now)
    {
        var items = p.Array("urls")?.Select(u => p.ForItem(new Parameters(Parameters.Parse(u)))) ?? [p];
        return now.AllOf(SampleFaultKind.Memory) && items.All(IsOver)
            ? string.Join('\n', p.WithoutToken().OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}").Append($"{user.Login} {now.Of(SampleFaultKind.Memory)?.Number}"))
            : null;
    }

    public Reply? Find(string? key) => key is not null && _replies.TryGet(key, out var reply) ? reply : null;

    public void Add(string? key, Reply reply)
    {
        if (key is not null)
        {
            _replies.Add(key, reply, reply.Body.Length + key.Length);
        }
    }

    // A day is over everywhere two days after its name, in UTC.
    private bool IsOver(Parameters item) => item["period"] == "day" && (item["date"] ?? "").Split(',').All(d =>
        DateOnly.TryParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.AddDays(1) < DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
}
