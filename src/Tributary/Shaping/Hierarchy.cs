using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>How rows with children are told.</summary>
internal enum Hierarchy
{
    /// <summary>The reply has no child rows, or Matomo has folded them into flat rows.</summary>
    Flat,

    /// <summary>Child rows are read; a row with children is dropped, so that nothing is counted twice.</summary>
    Leaves,

    /// <summary>Child rows are read, and their parents too, marked <c>is_aggregate</c>.</summary>
    Everything,

    /// <summary>Child rows come in replies of their own, asked for by the id their parent carries; the parent is dropped.</summary>
    ById,
}

/// <summary>A row whose children are asked for by id.</summary>
/// <param name="Key">The partition it belongs to: the id means another row in every other.</param>
/// <param name="Labels">The labels from the top down to its own.</param>
/// <param name="Subtable">The id.</param>
internal sealed record ParentRow(PartitionKey Key, IReadOnlyList<byte[]> Labels, long Subtable);
