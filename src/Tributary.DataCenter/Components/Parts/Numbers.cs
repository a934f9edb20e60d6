using System.Globalization;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>Numbers as pages write them: grouped, with a point, whatever the language of the server.</summary>
internal static class Numbers
{
    public static string Whole(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with two decimals at most.</summary>
    public static string Value(double number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "2 rows".</summary>
    public static string Count(long number, string one, string? many = null) => Whole(number) + " " + (number == 1 ? one : many ?? one + "s");

    /// <summary>0.1934 as "19%"; below a tenth of it with one more digit; what is not nothing is never 0%.</summary>
    public static string Percent(double share) => share is > 0 and < 0.001 ? "under 0.1%" : (share * 100).ToString(Math.Abs(share) < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture) + "%";

    /// <summary>"9 KB", "2.4 MB".</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var (size, unit) = ((double)bytes, 0);
        while (size >= 1000 && unit < units.Length - 1)
        {
            (size, unit) = (size / 1000, unit + 1);
        }

        return size.ToString(unit == 0 || size >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>"0.4 s", "41 s", "1:52 min", "2:05 h".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 59.5 } => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => time.ToString(@"m\:ss", CultureInfo.InvariantCulture) + " min",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm} h"),
    };

    /// <summary>Seconds as a clock shows them, "1:52", "2:05:09"; under a minute with what a clock would cut off: "0.4 s", "41 s". Charts write the same.</summary>
    public static string Clock(double seconds) => Math.Round(seconds) switch
    {
        < 60 => seconds is > 0 and < 0.005 ? "under 0.01 s" : seconds.ToString(seconds < 10 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " s",
        < 3600 and var whole => string.Create(CultureInfo.InvariantCulture, $"{(long)whole / 60}:{(long)whole % 60:00}"),
        var whole => string.Create(CultureInfo.InvariantCulture, $"{(long)whole / 3600}:{(long)whole / 60 % 60:00}:{(long)whole % 60:00}"),
    };

    /// <summary>A time still to go, roughly: "about 5 s", "about 3 min".</summary>
    public static string About(TimeSpan time) => "about " + time switch
    {
        { TotalSeconds: < 90 } => Whole((long)Math.Ceiling(time.TotalSeconds)) + " s",
        { TotalMinutes: < 90 } => Whole((long)Math.Round(time.TotalMinutes)) + " min",
        _ => Whole((long)Math.Round(time.TotalHours)) + " h",
    };
}
