using System.Text;

namespace Tributary.Shaping;

/// <summary>
/// What Matomo calls the row it sums the rest up in, in each of its languages (matomo-org/matomo 5.2, <c>General_Others</c> of <c>lang/*.json</c>):
/// a reply that marks nothing can only be told by the word, and which word it is the account's language decides.
/// </summary>
internal static class OthersNames
{
    private static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Names = new HashSet<byte[]>(
        new[]
        {
            "Others", "ለሎች", "أخرى", "Іншыя", "Други", "Drugo", "Altres", "Ostatní", "Eraill", "Andre", "Andere", "Άλλα", "Aliaj", "Otros", "Teised", "Besteak", "دیگران", "Muut", "Autres",
            "Eile", "Outros", "અન્ય", "אחרים", "अन्य लोग", "Ostali", "Mások", "Lainnya", "Aðrir", "Altri", "その他", "სხვა", "기타", "Kita", "Citi", "Overige", "Pozostałe", "Altele", "Другие",
            "Ostatné", "Tjetër", "Ostalo", "Andra", "மற்றவை", "ఇతరాలు", "อื่นๆ", "Iba", "Diğerleri", "Інші", "دیگر", "Khác", "其它", "其他",
        }.Select(Encoding.UTF8.GetBytes),
        Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Whether a label is one of them.</summary>
    public static bool Contains(ReadOnlySpan<byte> label) => Names.Contains(label);
}
