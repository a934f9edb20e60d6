using System.Collections.Frozen;
using Tributary.Matomo.Catalog;

namespace Tributary.DataCenter.Connector;

/// <summary>Finds reports by words, those of other tools too.</summary>
internal static class ReportSearch
{
    private const int Most = 60;
    private const int MostNear = 12;

    // What a question has beside the thing asked for; periods and sites are fields of their own.
    private static readonly FrozenSet<string> Small = new[]
    {
        "a", "all", "an", "and", "are", "by", "daily", "day", "did", "do", "each", "every", "for", "from", "how", "in", "last", "many", "month", "monthly", "my", "of", "on", "one", "our", "people", "per", "report", "site", "sites",
        "that", "the", "to", "week", "weekly", "were", "what", "which", "who", "with", "year",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // What people who come from other tools say, and what Matomo says.
    private static readonly FrozenDictionary<string, string[]> Meant = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["utm"] = ["campaign"],
        ["landing"] = ["entry"],
        ["session"] = ["visit"],
        ["geo"] = ["country", "region", "city"],
        ["location"] = ["country", "region", "city"],
        ["mobile"] = ["device"],
        ["sale"] = ["ecommerce", "order"],
        ["purchase"] = ["ecommerce", "order"],
        ["product"] = ["item"],
        ["traffic"] = ["referrer", "visit"],
        ["channel"] = ["referrer type"],
        ["source"] = ["referrer"],
        ["query"] = ["keyword"],
        ["journey"] = ["click path", "transition"],
        ["flow"] = ["click path", "transition"],
        ["before"] = ["transition"],
        ["after"] = ["transition", "following"],
        ["speed"] = ["performance"],
        ["engagement"] = ["visits summary", "duration"],
        ["hour"] = ["time"],
        ["video"] = ["media", "content"],
        ["button"] = ["event", "content"],
        ["raw"] = ["visits details"],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The reports that have something of every word, best first.</summary>
    public static IReadOnlyList<ReportDefinition> Find(IEnumerable<ReportDefinition> reports, string words)
    {
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. reports
            .Select(r => (Report: r, Rank: RankOf(r, parts)))
            .Where(r => r.Rank > 0)
            .OrderByDescending(r => r.Rank)
            .Select(r => r.Report)
            .Take(Most)];
    }

    /// <summary>The reports that come nearest where none has something of every word: those with all words that tell something, else those with the most of them.</summary>
    public static IReadOnlyList<ReportDefinition> Nearest(IEnumerable<ReportDefinition> reports, string words)
    {
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(p => p.Length > 1 && !Small.Contains(p)).ToArray();
        return [.. reports
            .Select(r => (Report: r, Ranks: parts.Select(p => RankOf(r, [p])).Where(rank => rank > 0).ToList()))
            .Where(r => r.Ranks.Count > 0)
            .OrderByDescending(r => r.Ranks.Count)
            .ThenByDescending(r => r.Ranks.Sum())
            .Select(r => r.Report)
            .Take(MostNear)];
    }

    private static int RankOf(ReportDefinition report, string[] parts)
    {
        var rank = 0;
        foreach (var part in parts)
        {
            var stem = Stem(part);
            var one = Math.Max(2 * RankOf(report, stem), Meant.GetValueOrDefault(stem, []).Select(m => RankOf(report, m)).DefaultIfEmpty().Max());
            if (one == 0)
            {
                return 0;
            }

            rank += one;
        }

        return rank;
    }

    /// <summary>A name tells most, then what it is about, then its columns; 0 where the word is in none.</summary>
    private static int RankOf(ReportDefinition report, string word)
    {
        bool Has(string text) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
        return Has(report.Name) ? 8 : Has(report.Method) || Has(report.Group) ? 4 : Has(report.Description) ? 2 : report.Columns.Any(c => Has(c.Name)) ? 1 : 0;
    }

    /// <summary>Countries are found under Country, and pages under Page.</summary>
    private static string Stem(string word) => word.Length > 4 && word.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? word[..^3]
        : word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1]
        : word;
}
