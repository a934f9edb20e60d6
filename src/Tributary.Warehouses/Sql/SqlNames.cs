using System.Security.Cryptography;
using System.Text;

namespace Tributary.Warehouses.Sql;

/// <summary>
/// How names become names of an engine: one that fits is taken as it is; one too long, or not allowed there, is cut and gets
/// an underscore and the first eight hexadecimal digits of the SHA-256 of the whole name in UTF-8, so that it stays unique and the same for good.
/// </summary>
internal static class SqlNames
{
    private const int HashDigits = 8;

    /// <summary>The name in the engine.</summary>
    /// <param name="name">Any name.</param>
    /// <param name="most">The longest there, in units of <paramref name="length"/>.</param>
    /// <param name="length">How long a name is in the engine's units.</param>
    /// <param name="isAllowed">Whether the engine takes it, its length aside.</param>
    public static string Fit(string name, int most, Func<string, int> length, Func<string, bool> isAllowed)
    {
        if (length(name) <= most && isAllowed(name))
        {
            return name;
        }

        var tail = "_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        var cut = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            var text = rune.ToString();
            if (length(cut + text + tail) > most)
            {
                break;
            }

            cut.Append(isAllowed("a" + text + "a") ? text : "_");
        }

        return cut + tail;
    }

    public static int Bytes(string name) => Encoding.UTF8.GetByteCount(name);

    public static int Characters(string name) => name.Length;

    /// <summary>The states of a table's partitions.</summary>
    public static string Partitions(string table) => table + "__partitions";

    /// <summary>Rows that runs have replaced, for as long as these can be undone.</summary>
    public static string Kept(string table) => "_tributary_kept_" + table;

    /// <summary>States that runs have replaced; a partition that was not there before has no state in it.</summary>
    public static string KeptPartitions(string table) => Partitions(Kept(table));

    public const string Windows = "_tributary_windows";
    public const string Columns = "_tributary_columns";

    /// <summary>Partitions of the commit under way, in the session's temporary tables.</summary>
    public const string Replaced = "_tributary_replaced";

    /// <summary>Rows of the commit under way that are merged, in the session's temporary tables.</summary>
    public const string Merged = "_tributary_merged";

    /// <summary>In the tables of what was replaced: the run that did it.</summary>
    public const string ReplacedBy = "_replaced_by";
}
