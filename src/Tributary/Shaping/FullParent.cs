using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>A row whose rows below, which came with it, are as many as servers limit tables to: there may be more of them.</summary>
/// <param name="Key">Its partition.</param>
/// <param name="Label">Its label, for people.</param>
/// <param name="Depth">How many rows it lies below.</param>
/// <param name="Subtable">The id of the table below it; null when the reply has none.</param>
/// <param name="Rows">How many rows came.</param>
/// <param name="Further">Where further ones go.</param>
internal sealed record FullParent(PartitionKey Key, string Label, int Depth, long? Subtable, int Rows, ReplyHandler Further);

/// <summary>The numbers of rows that servers limit tables to.</summary>
internal static class UsualLimits
{
    /// <summary>Whether a table of so many rows may have been cut off.</summary>
    public static bool Has(long rows) => rows is 100 or 500 or 1000;
}
