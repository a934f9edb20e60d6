using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Shaping;

namespace Tributary.Benchmarks;

/// <summary>
/// The way of a window through the product, without a server to ask: the run's own reader, shaper, staging, look and commit of <c>Actions.getPageUrls</c>, one day a window.
/// </summary>
internal sealed class WindowPipeline : IDisposable
{
    private static readonly DateOnly FirstDay = new(2026, 1, 1);

    private readonly ReportDefinition _report;
    private readonly MatomoSite _site = new(1, "Shop", "Europe/Berlin", "EUR");
    private readonly MatomoClient _client;
    private readonly string _staging;
    private readonly TableWriter _writer;
    private readonly IDisposable _work;
    private readonly ReportReading _reading;

    /// <param name="folder">Where the database and staged rows go.</param>
    /// <param name="endpoint">Who is asked; null when nobody is.</param>
    /// <param name="columns">The metrics that the replies carry; null for all that the catalog knows, which costs a column of nulls each where they do not come.</param>
    public WindowPipeline(string folder, MatomoEndpoint? endpoint, IReadOnlyCollection<string>? columns)
    {
        var report = ReportCatalog.BuiltIn.Find("Actions.getPageUrls")!;
        _report = columns is null ? report : report with { Columns = [.. report.Columns.Where(c => columns.Contains(c.Name))], Metadata = [] };
        _staging = Path.Combine(folder, "staging");
        File = Path.Combine(folder, "datasets.duckdb");
        _client = new MatomoClient(endpoint ?? MatomoEndpoint.Parse("http://127.0.0.1:1/"), AccessToken.Anonymous, new MatomoClientOptions { Retries = 0 }, TimeProvider.System);
        var details = new Details { Report = _report.Method };
        var definition = new DataSetDefinition { Name = "pages", AccountId = "1", Details = details };
        _reading = new ReportReading(_client, _report, details, "run", TimeProvider.System, _staging);
        var destination = new DuckDbDestination(File, _staging, TimeProvider.System);
        _work = destination.BeginWork();
        _writer = new TableWriter(definition, "pages", _reading, destination, new Drift(definition, new HashSet<string>()), _ => Task.CompletedTask);
    }

    /// <summary>The database.</summary>
    public string File { get; }

    /// <summary>The window of a day counted from the first one.</summary>
    public Window WindowOf(int number)
    {
        var day = FirstDay.AddDays(number);
        return new Window(_site, [new PartitionKey(_site.Id, Period.Day, day, day)]);
    }

    /// <summary>Reads a reply and shapes it; batches go to <paramref name="flush"/>.</summary>
    public async Task<(TableBuilder Table, IReadOnlyList<ShapedPartition> Partitions)> ShapeAsync(Window window, Stream body, Action<RowBatch> flush, CancellationToken cancellationToken)
    {
        var table = new TableBuilder(new RowContext(window.Site, "run", TimeProvider.System.GetUtcNow(), HasPeriods: true, HasSegment: false), flush);
        var shaper = new ReportShaper(_report, table, "day", Hierarchy.Flat, _ => window.Partitions[0], _reading.Shape("day") with { MarksOthers = true });
        await ReplyReader.ReadAsync(body, ReplyShape.Table, ReplyKeys.None, shaper, new MatomoAnswer { Method = _report.Method }, cancellationToken);
        table.Complete();
        return (table, shaper.Partitions);
    }

    /// <summary>Reads a reply, shapes and stages it.</summary>
    public async Task<WindowRead> ReadAsync(Window window, Stream body, CancellationToken cancellationToken)
    {
        var rows = new StagedRows(_staging);
        var (table, partitions) = await ShapeAsync(window, body, rows.Add, cancellationToken);
        return new WindowRead(rows, [.. table.Columns], partitions, TimeProvider.System.GetUtcNow(), 1, 0, []);
    }

    /// <summary>Asks the server of the pipeline for a reply, shapes and stages it.</summary>
    public Task<WindowRead> AskAsync(Window window, CancellationToken cancellationToken) => new WindowReader(_reading).ReadAsync(window, cancellationToken);

    /// <summary>Looks over the rows of a window, as the run does before it waits for its commit.</summary>
    public static ReadWindow Look(Window window, WindowRead read)
    {
        List<PartitionRecord> partitions = [.. read.Partitions.Select(p => new PartitionRecord(p.Key, PartitionState.Final, p.Rows, read.ReadAt, "run"))];
        return new ReadWindow(window, read, RowLook.Over(read.Rows, window.Partitions, compares: true), partitions, new Runs.Verdict(partitions, [], null))
        {
            Requests = read.Requests,
            Bytes = read.Bytes,
            StartedAt = 0,
        };
    }

    /// <summary>Commits a window; the rows stored.</summary>
    public async Task<long> CommitAsync(ReadWindow window, CancellationToken cancellationToken)
    {
        await _writer.WriteAsync([window], cancellationToken);
        return window.Partitions.Sum(p => p.Rows);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _work.Dispose();
        _client.Dispose();
    }
}
