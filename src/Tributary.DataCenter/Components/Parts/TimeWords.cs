using System.Globalization;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>Times as people say them.</summary>
internal static class TimeWords
{
    /// <summary>"14 min ago", "in 3 h"; from a day on the day and time.</summary>
    public static string Near(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var away = at - now;
        var size = away.Duration();
        if (size >= TimeSpan.FromDays(1))
        {
            return Day(at, now, zone);
        }

        if (size < TimeSpan.FromMinutes(1))
        {
            return away <= TimeSpan.Zero ? "just now" : "in a moment";
        }

        var amount = size < TimeSpan.FromHours(1) ? $"{Whole(size.TotalMinutes)} min" : $"{Whole(size.TotalHours)} h";
        return away < TimeSpan.Zero ? amount + " ago" : "in " + amount;
    }

    /// <summary>"today 06:00", "tomorrow 06:00", "Mon 06:00" within a week back, "24 Nov 06:00", "24 Nov 2025".</summary>
    public static string Day(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime));
        var day = DateOnly.FromDateTime(local.DateTime);
        var time = local.ToString("HH:mm", CultureInfo.InvariantCulture);
        return (day.DayNumber - today.DayNumber) switch
        {
            0 => "today " + time,
            -1 => "yesterday " + time,
            1 => "tomorrow " + time,
            > -7 and < 0 => local.ToString("ddd ", CultureInfo.InvariantCulture) + time,
            _ => day.Year == today.Year ? local.ToString("d MMM ", CultureInfo.InvariantCulture) + time : local.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>"24 Nov", with the year when it is another.</summary>
    public static string Date(DateOnly day, int year) => day.ToString(day.Year == year ? "d MMM" : "d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The instant in full with the zone's name.</summary>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + zone.Id;

    private static string Whole(double number) => Math.Floor(number).ToString(CultureInfo.InvariantCulture);
}
