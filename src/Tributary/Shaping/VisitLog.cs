namespace Tributary.Shaping;

/// <summary>Facts about the visits log of Live (matomo-org/matomo 5.2).</summary>
internal static class VisitLog
{
    /// <summary>Content items are numbered instead of named.</summary>
    public const string ContentType = "13";

    /// <summary>The kinds of item that a visit counts in <c>actions</c>; contents and goals are not (0 mismatches over 148 recorded visits).</summary>
    public static bool IsCounted(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("action"u8) || type.SequenceEqual("search"u8) || type.SequenceEqual("event"u8) || type.SequenceEqual("outlink"u8) || type.SequenceEqual("download"u8);
}
