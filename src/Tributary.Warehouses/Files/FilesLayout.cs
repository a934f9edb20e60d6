using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>
/// Where what stands, as paths with slashes from the destination's place on. People read <c>&lt;table&gt;/</c> and <c>&lt;table&gt;__partitions/</c>;
/// <c>_tributary/</c> is ours. The folders' keys have names that no column has: tools that read them as columns then add some and replace none.
/// </summary>
internal static class FilesLayout
{
    public const string Own = "_tributary/";

    /// <summary>Beside the rows of a table in Parquet: no rows, all columns. Tools pass over files whose names begin like this, unless they look for this one.</summary>
    private const string AllColumns = "_common_metadata";

    // A name may have 255 bytes on most systems; some room is left for what is put behind it.
    private const int LongestName = 200;

    private static readonly string[] Devices = ["con", "prn", "aux", "nul"];

    public static string Rows(string table) => Name(table) + "/";

    public static string States(string table) => Name(table + "__partitions") + "/";

    public static string Rows(string table, PartitionKey key, string extension)
    {
        var folder = key.Period == Period.None
            ? Site(key.SiteId)
            : string.Create(CultureInfo.InvariantCulture, $"{Site(key.SiteId)}for_period={key.Period.ToString().ToLowerInvariant()}/for_date={key.Start:yyyy-MM-dd}/");
        return $"{Rows(table)}{folder}{FileName(key)}{extension}";
    }

    public static string States(string table, int site, string extension) => $"{States(table)}{Site(site)}data{extension}";

    public static string Columns(string table) => Rows(table) + AllColumns;

    public static string Folder(string table) => $"{Own}tables/{Name(table)}/";

    public static string Note(string table) => Folder(table) + NoteName;

    public const string Tables = Own + "tables/";

    public const string NoteName = "table.json";

    public static string Journal(string table) => Folder(table) + "journal.json";

    public static string Windows(string table) => Folder(table) + "windows/";

    public static string Windows(string table, string run) => $"{Windows(table)}{Name(run)}.json";

    /// <summary>The windows that were written somewhere else.</summary>
    public static string EarlierWindows(string table) => Folder(table) + "windows-earlier.json";

    public static string Pending(string table) => Folder(table) + "pending/";

    public static string Kept(string table) => Folder(table) + "kept/";

    public static string Kept(string table, string run) => $"{Kept(table)}{Name(run)}/";

    public static string Lock(string table) => $"{Own}locks/{Name(table)}";

    /// <summary>The site of a file of states.</summary>
    public static int? SiteOf(string statesPath)
    {
        var from = statesPath.LastIndexOf("for_site=", StringComparison.Ordinal);
        var to = statesPath.LastIndexOf('/');
        return from >= 0 && to > from && int.TryParse(statesPath.AsSpan(from + 9, to - from - 9), NumberStyles.None, CultureInfo.InvariantCulture, out var site) ? site : null;
    }

    private static string Site(int site) => string.Create(CultureInfo.InvariantCulture, $"for_site={site}/");

    // A calendar period ends where its start says; what else makes a partition stands in the name, since every file of a table has to have the same folder keys.
    private static string FileName(PartitionKey key)
    {
        var name = new StringBuilder("data");
        if (key.Period != Period.None && key.End != CalendarEnd(key))
        {
            name.Append(CultureInfo.InvariantCulture, $"-to-{key.End:yyyy-MM-dd}");
        }

        if (key.Segment.Length > 0)
        {
            name.Append("-segment-").Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Segment)).AsSpan(0, 8)));
        }

        return name.ToString();
    }

    private static DateOnly? CalendarEnd(PartitionKey key) => key.Period switch
    {
        Period.Day => key.Start,
        Period.Week => key.Start.AddDays(6),
        Period.Month => new DateOnly(key.Start.Year, key.Start.Month, DateTime.DaysInMonth(key.Start.Year, key.Start.Month)),
        Period.Year => new DateOnly(key.Start.Year, 12, 31),
        _ => null,
    };

    /// <summary>A text as the name of a file: letters, digits, <c>_ - .</c> as they are, the rest as its UTF-8 in hexadecimal.</summary>
    private static string Name(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var part in Encoding.UTF8.GetBytes(text))
        {
            // Neither hidden nor ours by its first character; Windows drops a dot at the end.
            var isPlain = char.IsAsciiLetterOrDigit((char)part) || part is (byte)'-' || (part is (byte)'_' or (byte)'.' && name.Length > 0);
            _ = isPlain ? name.Append((char)part) : name.Append(CultureInfo.InvariantCulture, $"%{part:X2}");
        }

        if (name.Length > 0 && name[^1] == '.')
        {
            name.Append('%');
        }

        var result = name.ToString();
        if (Devices.Contains(result.Split('.')[0], StringComparer.OrdinalIgnoreCase))
        {
            result = "%" + result;
        }

        return result.Length <= LongestName ? result : $"{result[..(LongestName - 33)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}";
    }
}
