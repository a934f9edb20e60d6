using System.Globalization;

namespace Tributary.SampleMatomo.Http;

/// <summary>What the answer language changes: a few labels and the look of percentages. Unknown languages are English.</summary>
internal sealed class Words
{
    private static readonly Dictionary<string, Words> All = new[]
    {
        new Words("en", "Others", "Unknown", "{0}%", '.', ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
        new Words("de", "Andere", "unbekannt", "{0}\u00A0%", ',', ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]),
        new Words("fr", "Autres", "Inconnu", "{0}\u00A0%", ',', ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"]),
        new Words("ja", "その他", "不明", "{0}%", '.', ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"]),
        new Words("tr", "Diğerleri", "Bilinmeyen", "%{0}", ',', ["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"]),
    }.ToDictionary(w => w.Language, StringComparer.Ordinal);

    private readonly string _percent;
    private readonly char _point;

    private Words(string language, string others, string unknown, string percent, char point, IReadOnlyList<string> weekdays)
    {
        Language = language;
        Others = others;
        Unknown = unknown;
        _percent = percent;
        _point = point;
        Weekdays = weekdays;
    }

    public string Language { get; }

    public string Others { get; }

    public string Unknown { get; }

    public IReadOnlyList<string> Weekdays { get; }

    public static Words In(string? language) => All.GetValueOrDefault(language ?? "en", All["en"]);

    public string Percent(double ratio) => string.Format(
        CultureInfo.InvariantCulture, _percent, Php.Round(ratio * 100, 2).ToString("0.##", CultureInfo.InvariantCulture).Replace('.', _point));

    /// <summary>"1 min 43s", "4 hours 13 min", as texts of format_metrics=1.</summary>
    public static string Duration(double seconds)
    {
        var s = (long)Php.Round(seconds, 0);
        return s switch
        {
            < 60 => $"{s}s",
            < 3600 => $"{s / 60} min {s % 60}s",
            < 86400 => $"{s / 3600} hours {s % 3600 / 60} min",
            _ => $"{s / 86400} days {s % 86400 / 3600} hours",
        };
    }
}
