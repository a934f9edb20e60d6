using System.Globalization;
using System.Text.Json;

namespace Tributary.DataCenter.Forms;

/// <summary>How forms spell states, dates and moments: the same in the API and in what the command line prints for programs.</summary>
internal static class FormText
{
    public static string Snake<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static string Instant(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string? InstantOrNull(DateTimeOffset? instant) => instant is { } at ? Instant(at) : null;

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A date of a partition; null for lists without dates.</summary>
    public static string? DateOrNull(DateOnly date) => date == DateOnly.MinValue ? null : Date(date);
}
