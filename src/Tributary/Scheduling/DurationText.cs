using System.Globalization;

namespace Tributary.Scheduling;

/// <summary>Times between two things as they are typed: 15m, 2h, 1d, 1h30m. Whole minutes.</summary>
internal static class DurationText
{
    private static readonly (char Unit, int Minutes)[] Units = [('d', 24 * 60), ('h', 60), ('m', 1)];

    /// <summary>The time of a text; null when it is none, or not more than nothing.</summary>
    public static TimeSpan? Parse(string text)
    {
        var (minutes, number, last) = (0L, "", -1);
        foreach (var letter in text.Trim())
        {
            if (char.IsAsciiDigit(letter))
            {
                number += letter;
                continue;
            }

            // From the largest unit down, each once.
            var unit = Array.FindIndex(Units, u => u.Unit == char.ToLowerInvariant(letter));
            if (unit <= last || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 1_000_000)
            {
                return null;
            }

            minutes += (long)count * Units[unit].Minutes;
            (number, last) = ("", unit);
        }

        return number.Length == 0 && minutes > 0 ? TimeSpan.FromMinutes(minutes) : null;
    }

    /// <summary>The time as it is typed.</summary>
    public static string Of(TimeSpan time)
    {
        var minutes = (long)time.TotalMinutes;
        foreach (var (unit, size) in Units)
        {
            if (minutes % size == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{minutes / size}{unit}");
            }
        }

        throw new ArgumentOutOfRangeException(nameof(time));
    }
}
