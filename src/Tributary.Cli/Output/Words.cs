using System.Globalization;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Output;

/// <summary>The one spelling of states, numbers and moments: in snake_case for machines, in plain words for people.</summary>
internal static class Words
{
    public static string Snake<T>(T value)
        where T : struct, Enum =>
        FormText.Snake(value);

    public static string Plain<T>(T value)
        where T : struct, Enum =>
        Snake(value).Replace('_', ' ');

    public static string Instant(DateTimeOffset instant) => FormText.Instant(instant);

    /// <summary>An instant for people: UTC to the minute; a dash when it never was.</summary>
    public static string Moment(DateTimeOffset? instant) =>
        instant?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string Date(DateOnly date) => FormText.Date(date);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A time to wait or that has passed, in its largest two units.</summary>
    public static string Time(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(0, (int)Math.Ceiling(time.TotalSeconds))} s";

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GB"),
        >= 1L << 20 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MB"),
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.0} kB"),
    };

    public static string Count(long number, string one) => $"{Number(number)} {one}{(number == 1 ? "" : "s")}";

    public static string Range(DateOnly? from, DateOnly? to) =>
        from is null || to is null ? "no dates" : from == to ? Date(from.Value) : $"{Date(from.Value)} to {Date(to.Value)}";
}
