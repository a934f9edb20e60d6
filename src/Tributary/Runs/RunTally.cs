using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Counts what a run did and gathers what it has to say, one sentence a matter and site instead of one a day. Called from several windows at once.</summary>
internal sealed class RunTally(ReportDefinition report, CheckLevel others = CheckLevel.Warn)
{
    // A tenth of the report in one summed-up row is where sums by label begin to mislead.
    public const double NotableOthersShare = 0.1;

    private readonly Lock _gate = new();
    private readonly FoldedWarnings _warnings = new();
    private readonly Dictionary<int, OthersOfSite> _others = [];
    private readonly OrderedDictionary<string, (RunError First, int Partitions)> _failures = new(StringComparer.Ordinal);

    public long Rows { get; private set; }

    public int Partitions { get; private set; }

    public int Requests { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Whether any partition was not stored because of a failure.</summary>
    public bool HasFailures
    {
        get
        {
            lock (_gate)
            {
                return _failures.Count > 0;
            }
        }
    }

    /// <summary>The failure that cost most partitions, the first of equals; null when there was none.</summary>
    public RunError? WorstFailure
    {
        get
        {
            lock (_gate)
            {
                return _failures.Values.OrderByDescending(f => f.Partitions).Select(f => f.First).FirstOrDefault();
            }
        }
    }

    public void Read(int requests, long bytes)
    {
        lock (_gate)
        {
            Requests += requests;
            Bytes += bytes;
        }
    }

    public void Committed(string site, IReadOnlyList<PartitionRecord> partitions)
    {
        lock (_gate)
        {
            Rows += partitions.Sum(p => p.Rows);
            Partitions += partitions.Count;
            foreach (var partition in partitions.Where(p => p.Truncated is not null))
            {
                var known = _others.GetValueOrDefault(partition.Key.SiteId) ?? new OthersOfSite(site, 0, -1, partition.Key.Start);
                var share = partition.OthersShare ?? 0;
                _others[partition.Key.SiteId] = share > known.Worst
                    ? new OthersOfSite(site, known.Partitions + 1, share, partition.Key.Start)
                    : known with { Partitions = known.Partitions + 1 };
            }
        }
    }

    public void Warn(RunWarning warning)
    {
        lock (_gate)
        {
            _warnings.Add(warning);
        }
    }

    public void Failed(RunError error, int partitions, int siteId, DateOnly? from, string? segment = null)
    {
        lock (_gate)
        {
            _failures[error.Code] = _failures.TryGetValue(error.Code, out var known) ? known with { Partitions = known.Partitions + partitions } : (error, partitions);
        }

        Warn(new RunWarning(error.Code, error.Message, siteId, from) { Segment = segment });
    }

    /// <summary>Everything to tell, notes last.</summary>
    public IReadOnlyList<RunWarning> Warnings()
    {
        lock (_gate)
        {
            var summedUp = (others == CheckLevel.Off ? [] : _others).Select(o => new RunWarning(
                Check.Others,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{o.Value.Site}: Matomo summed rows up into Others in {o.Value.Partitions} {(o.Value.Partitions == 1 ? "partition" : "partitions")}, up to {ArchiveLimits.ShareOf(o.Value.Worst, report)}"),
                o.Key,
                o.Value.Start)
            {
                IsNote = others == CheckLevel.Note || o.Value.Worst < NotableOthersShare,
            });
            return [.. FoldedWarnings.Of(_warnings.All.Concat(summedUp)).OrderBy(w => w.IsNote)];
        }
    }

    private sealed record OthersOfSite(string Site, int Partitions, double Worst, DateOnly Start);
}
