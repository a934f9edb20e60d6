using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>
/// How many partitions of a report are asked for in one request of an account: as many as bring a reply of some megabytes in some seconds, never many times more than what has proven to work,
/// and half of what failed. Used by several windows, and runs, at once.
/// </summary>
internal sealed class ReportPace
{
    // A request costs a measured Matomo 5.2 as much as a third of a megabyte: with fifty times that, longer replies save nothing.
    private const long EnoughBytes = 16 << 20;

    // PHP and the proxies before it end most requests after 30 to 60 seconds.
    private const double EnoughSeconds = 15;

    private const int Growth = 8;

    // A quarter more in one request costs less than a request for the rest.
    private const double Slack = 1.25;

    /// <summary>The most days, weeks or months of one request, however short the replies: the server may have to compute each of them.</summary>
    public const int MostPartitions = 366;

    private const int MostItems = 20;

    // A bulk request whose items are longer saves nothing.
    private const double EnoughBytesOfItems = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, (double Bytes, int? Most)> _sites = [];
    private PaceNotes? _notes;
    private int _mostItems = MostItems;
    private int _mostUnproven = MostPartitions;

    /// <summary>Begins with what is known.</summary>
    public ReportPace(PaceNotes? notes) => _notes = notes;

    /// <summary>What is known; null while nothing is.</summary>
    public PaceNotes? Notes
    {
        get
        {
            lock (_gate)
            {
                return _notes;
            }
        }
    }

    /// <summary>Whether a reply has come, now or in an earlier run.</summary>
    public bool IsKnown => Notes is { ProvenBytes: > 0 };

    /// <summary>Partitions to ask for before anything is known, and half as many more where nothing is left then: a week of days tells how long replies are, brings back little where they are long, and costs one request where they are short.</summary>
    public static int First(Period period) => period switch
    {
        Period.Day => 7,
        Period.Week => 4,
        Period.Month => 2,
        _ => 1,
    };

    /// <summary>How many partitions most requests for a window will ask for: of a report nobody knows, as many as the first one lets the others grow to.</summary>
    public int ExpectedOf(Window window) => IsKnown ? SizeOf(window) : Math.Min(First(window.Partitions[0].Period) * Growth, MostPartitions);

    /// <summary>How many of a window's partitions to ask for at once.</summary>
    public int SizeOf(Window window)
    {
        lock (_gate)
        {
            var site = _sites.GetValueOrDefault(window.Site.Id);
            var most = Math.Min(site.Most ?? MostPartitions, MostPartitions);
            if (!IsKnown || _notes is null)
            {
                var first = First(window.Partitions[0].Period);
                return Math.Min(Math.Min(most, _mostUnproven), window.Partitions.Count <= first * 3 / 2 ? window.Partitions.Count : first);
            }

            var bytes = site.Bytes > 0 ? site.Bytes : Math.Max(1, _notes.PartitionBytes);
            var enough = Math.Min(Math.Min(EnoughBytes, Growth * _notes.ProvenBytes) / bytes, EnoughSeconds / Math.Max(_notes.PartitionSeconds, 1e-6));
            var pieces = Math.Ceiling(window.Partitions.Count / Math.Max(1, enough * Slack));
            var hard = Math.Min(most, (_notes.MostBytes ?? double.MaxValue) / bytes);
            return (int)Math.Clamp(Math.Min(Math.Ceiling(window.Partitions.Count / pieces), hard), 1, most);
        }
    }

    /// <summary>How many such windows to ask for in one bulk request; 1 for none.</summary>
    public int ItemsOf(Window window)
    {
        lock (_gate)
        {
            if (!IsKnown || _notes is null)
            {
                return 1;
            }

            var site = _sites.GetValueOrDefault(window.Site.Id);
            var bytes = window.Partitions.Count * Math.Max(1, site.Bytes > 0 ? site.Bytes : _notes.PartitionBytes);
            var seconds = window.Partitions.Count * Math.Max(_notes.PartitionSeconds, 1e-6);
            return (int)Math.Clamp(Math.Min(EnoughBytesOfItems / bytes, EnoughSeconds / seconds), 1, _mostItems);
        }
    }

    /// <summary>A window's reply came.</summary>
    public void Came(Window window, long bytes, TimeSpan waited)
    {
        lock (_gate)
        {
            var each = Math.Max(1.0, (double)bytes / window.Partitions.Count);
            var seconds = waited.TotalSeconds / window.Partitions.Count;
            var site = _sites.GetValueOrDefault(window.Site.Id);
            _sites[window.Site.Id] = site with { Bytes = site.Bytes > 0 ? (site.Bytes + each) / 2 : each };
            _notes = _notes is null
                ? new PaceNotes(each, seconds, bytes, null, null)
                : _notes with { PartitionBytes = Mean(_notes.PartitionBytes, each), PartitionSeconds = Mean(_notes.PartitionSeconds, seconds), ProvenBytes = Math.Max(_notes.ProvenBytes, bytes) };
            if (site.Most is { } most && _notes.FailedAt is not null)
            {
                _notes = _notes with { MostBytes = Math.Min(_notes.MostBytes ?? long.MaxValue, (long)(most * each)) };
            }
        }
    }

    /// <summary>A window was too much for the server.</summary>
    public void Failed(Window window, DateTimeOffset at)
    {
        lock (_gate)
        {
            var most = Math.Max(1, window.Partitions.Count / 2);
            var site = _sites.GetValueOrDefault(window.Site.Id);
            _sites[window.Site.Id] = site with { Most = Math.Min(site.Most ?? most, most) };
            _mostUnproven = Math.Min(_mostUnproven, most);
            _notes = (_notes ?? new PaceNotes(0, 0, 0, null, null)) with { FailedAt = at };
            if (site.Bytes > 0)
            {
                _notes = _notes with { MostBytes = Math.Min(_notes.MostBytes ?? long.MaxValue, (long)(most * site.Bytes)) };
            }
        }
    }

    /// <summary>A bulk request of so many items was not answered as one.</summary>
    public void FailedTogether(int items)
    {
        lock (_gate)
        {
            _mostItems = Math.Max(1, Math.Min(_mostItems, items / 2));
        }
    }

    // Recent replies tell more, and one short one little: days differ.
    private static double Mean(double before, double now) => before <= 0 ? now : now > before ? (before + now) / 2 : (before * 0.9) + (now * 0.1);
}
