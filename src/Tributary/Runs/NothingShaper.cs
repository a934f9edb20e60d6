using Tributary.Matomo.Replies;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>The window of a report that has nothing to say: every partition without rows.</summary>
internal sealed class NothingShaper(Window window) : IShaper
{
    /// <inheritdoc/>
    public ReplyHandler Handler => throw new InvalidOperationException("There is no reply to read.");

    /// <inheritdoc/>
    public IReadOnlyList<ShapedPartition> Partitions { get; } = [.. window.Partitions.Select(p => new ShapedPartition(p, 0, null, false, null))];

    /// <inheritdoc/>
    public IReadOnlyList<UnreadableValues> Unreadable => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> UnexpectedParts => [];
}
