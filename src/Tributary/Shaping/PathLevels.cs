using System.Text;
using Tributary.Matomo.Catalog;

namespace Tributary.Shaping;

/// <summary>
/// The levels of a page path, as the rows of Matomo's own tree name them: folders by their name, the page with a leading slash, <c>/index</c> for the page of a folder itself.
/// A flat reply has the whole path in one dimension entry; this splits it by the rule with which Matomo built the tree
/// (5.2, Actions ArchivingHelper: split at <c>/</c> into ten parts at most, blanks trimmed, empty parts dropped, then each part decoded), 1,742 of 1,742 rows alike in a recorded month.
/// </summary>
internal static class PathLevels
{
    // action_category_level_limit (matomo-org/matomo 5.2, config/global.ini.php).
    private const int MostLevels = 10;

    private static readonly byte[] SummarySeparator = " - "u8.ToArray();

    /// <summary>How the entry of a dimension is split; null when it has no levels.</summary>
    public static Func<byte[], bool, IReadOnlyList<byte[]>>? Of(string dimensionId) => dimensionId switch
    {
        "Actions_PageUrl" or "Actions_EntryPageUrl" or "Actions_ExitPageUrl" => (entry, isSummary) => Split(entry, isSummary, PagePath),
        "Actions_DownloadUrl" or "Actions_ClickedUrl" => (entry, isSummary) => Split(entry, isSummary, HostAndPath),
        _ => null,
    };

    /// <summary>How labels of a tree become the label of the flat form.</summary>
    public static Func<IReadOnlyList<byte[]>, byte[]> JoinOf(string? dimensionId, byte[] separator) => dimensionId switch
    {
        "Actions_PageUrl" or "Actions_EntryPageUrl" or "Actions_ExitPageUrl" => parts => IsSummary(parts)
            ? [.. parts.SkipLast(1).SelectMany(Slashed), .. "/ - "u8, .. parts[^1]]
            : [.. parts.SelectMany((part, level) => level == parts.Count - 1 && part.AsSpan().SequenceEqual("/index"u8) ? "/"u8.ToArray() : Slashed(part))],
        "Actions_DownloadUrl" or "Actions_ClickedUrl" => parts => IsSummary(parts) ? [.. parts.SkipLast(1).SelectMany(p => p), .. "/ - "u8, .. parts[^1]] : [.. parts.SelectMany(p => p)],
        _ => parts => [.. parts.SelectMany((part, level) => level == 0 ? part : [.. separator, .. part])],
    };

    /// <summary>The summary row of a folder or host: pages and addresses begin with a slash, it does not.</summary>
    private static bool IsSummary(IReadOnlyList<byte[]> parts) => parts.Count > 1 && SummaryRowNames.Contains(parts[^1]);

    private static byte[] Slashed(byte[] part) => part is [(byte)'/', ..] ? part : [(byte)'/', .. part];

    private static List<byte[]> Split(byte[] entry, bool isSummary, Func<string, bool, List<string>> rule)
    {
        // A summary row is told behind the folder it sums up: "/sale/ - Others"; at the top there is its name alone.
        var name = isSummary ? entry.AsSpan().LastIndexOf(SummarySeparator) : -1;
        if (isSummary && name < 0)
        {
            return [entry];
        }

        var parts = rule(Encoding.UTF8.GetString(name < 0 ? entry : entry.AsSpan(0, name)), isSummary).ConvertAll(UrlDecode);
        if (name >= 0)
        {
            parts.Add(entry[(name + SummarySeparator.Length)..]);
        }

        return parts;
    }

    private static List<string> PagePath(string path, bool isFolder)
    {
        var name = path.StartsWith('/') ? path[1..] : path;
        if (!isFolder && (name.Length == 0 || name.EndsWith('/')))
        {
            name += "index";
        }

        List<string> parts = [.. name.Split('/', MostLevels).Select(p => p.Trim()).Where(p => p.Length > 0)];
        if (!isFolder && parts.Count > 0)
        {
            parts[^1] = '/' + parts[^1];
        }

        return parts;
    }

    private static List<string> HostAndPath(string address, bool isHost)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        return isHost ? [address.Trim().TrimEnd('/')] : slash < 0 ? [address.Trim()] : [address[..slash].Trim(), address[slash..].Trim()];
    }

    /// <summary>PHP's <c>urldecode</c>: a plus is a blank, a percent sign that begins no byte stays.</summary>
    private static byte[] UrlDecode(string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                bytes[length++] = Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0];
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i] == '+' ? (byte)' ' : bytes[i];
            }
        }

        return ValidUtf8(bytes[..length]);
    }

    // A part such as %ff decodes to bytes that are no text.
    private static byte[] ValidUtf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));
}
