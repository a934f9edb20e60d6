using System.Text;

namespace Tributary.Matomo.Catalog;

/// <summary>
/// How Matomo names the row that sums up what lies beyond its row limit, in the languages it is translated to
/// (matomo-org/matomo 5.2, <c>General_Others</c> of its language files; the others show English).
/// </summary>
public static class SummaryRowNames
{
    private static readonly string[] Names =
    [
        "Others", "ለሎች", "أخرى", "Іншыя", "Други", "Drugo", "Altres", "Ostatní", "Eraill", "Andre", "Andere", "Άλλα", "Otros", "Teised", "Besteak", "دیگران", "Muut", "Autres", "Eile", "Outros",
        "અન્ય", "אחרים", "अन्य लोग", "Ostali", "Mások", "Lainnya", "Aðrir", "Altri", "その他", "სხვა", "기타", "Kita", "Citi", "Overige", "Pozostałe", "Altele", "Другие", "Ostatné", "Tjetër", "Ostalo",
        "Andra", "மற்றவை", "ఇతరాలు", "อื่นๆ", "Iba", "Diğerleri", "Інші", "دیگر", "Khác", "其它", "其他",
    ];

    private static readonly HashSet<byte[]> Utf8 = new(Names.Select(Encoding.UTF8.GetBytes), ByteComparer.Instance);

    private static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Lookup = Utf8.GetAlternateLookup<ReadOnlySpan<byte>>();

    // Every label of every row is looked at, and nearly all of them begin otherwise.
    private static readonly byte[] FirstBytes = [.. Utf8.Select(name => name[0]).Distinct()];

    /// <summary>Whether a label is the name of the summary row in one of the languages. A real row can have the name too.</summary>
    public static bool Contains(ReadOnlySpan<byte> label) => label.Length > 0 && FirstBytes.AsSpan().Contains(label[0]) && Lookup.Contains(label);

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
