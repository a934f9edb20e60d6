using System.Globalization;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>
/// What a run has to say, as much of it as anybody reads: of each matter and site the first sentences, the others as a number with the dates they are of.
/// A backfill of years over many sites would keep, store and have read at every look a sentence a partition.
/// </summary>
internal sealed class FoldedWarnings
{
    /// <summary>The sentences told of one matter and site.</summary>
    public const int MostOfSite = 20;

    /// <summary>The sentences told of one matter, and the sites whose further ones are counted by themselves.</summary>
    public const int MostOfCode = 1_000;

    private readonly HashSet<(string Code, int? Site, string Message)> _told = [];
    private readonly Dictionary<(string Code, int? Site, bool IsNote), int> _ofSite = [];
    private readonly Dictionary<string, (int Told, int Folded)> _ofCode = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Code, int? Site, bool IsNote), RunWarning> _more = [];
    private readonly List<RunWarning> _warnings = [];

    /// <summary>All of it, folded.</summary>
    public IEnumerable<RunWarning> All => _warnings.Concat(_more.Values.Select(InWords));

    /// <summary>Folds warnings, some of which may be folded already.</summary>
    public static IEnumerable<RunWarning> Of(IEnumerable<RunWarning> warnings)
    {
        var folded = new FoldedWarnings();
        foreach (var warning in warnings)
        {
            folded.Add(warning);
        }

        return folded.All;
    }

    /// <summary>Adds one; the same sentence for the same site once.</summary>
    public void Add(RunWarning warning)
    {
        if (_told.Contains((warning.Code, warning.SiteId, warning.Message)))
        {
            return;
        }

        var key = (warning.Code, warning.SiteId, warning.IsNote);
        var ofCode = _ofCode.GetValueOrDefault(warning.Code);
        var ofSite = _ofSite.GetValueOrDefault(key);
        if (warning.Count is null && ofSite < MostOfSite && ofCode.Told < MostOfCode)
        {
            _told.Add((warning.Code, warning.SiteId, warning.Message));
            _warnings.Add(warning);
            _ofSite[key] = ofSite + 1;
            _ofCode[warning.Code] = ofCode with { Told = ofCode.Told + 1 };
            return;
        }

        if (!_more.ContainsKey(key))
        {
            key = ofCode.Folded < MostOfCode ? key : (warning.Code, null, warning.IsNote);
            _ofCode[warning.Code] = ofCode with { Folded = ofCode.Folded + 1 };
        }

        var more = _more.GetValueOrDefault(key);
        _more[key] = new RunWarning(warning.Code, more?.Message ?? warning.Message, key.Item2, Earlier(more?.PeriodStart, warning.PeriodStart))
        {
            IsNote = warning.IsNote,
            Until = Later(more?.Until, warning.Until ?? warning.PeriodStart),
            Count = (more?.Count ?? 0) + (warning.Count ?? 1),
        };
    }

    private static RunWarning InWords(RunWarning more)
    {
        const string first = " The first: ";
        var sentence = more.Message.IndexOf(first, StringComparison.Ordinal) is var at and >= 0 && more.Message.StartsWith("And ", StringComparison.Ordinal) ? more.Message[(at + first.Length)..] : more.Message;
        var dates = more.PeriodStart is { } from ? string.Create(CultureInfo.InvariantCulture, $", {from:yyyy-MM-dd} to {more.Until:yyyy-MM-dd}") : "";
        return more with { Message = string.Create(CultureInfo.InvariantCulture, $"And {more.Count} more of the kind{dates}.{first}{sentence}") };
    }

    private static DateOnly? Earlier(DateOnly? one, DateOnly? other) => one is null || other < one ? other ?? one : one;

    private static DateOnly? Later(DateOnly? one, DateOnly? other) => one is null || other > one ? other ?? one : one;
}
