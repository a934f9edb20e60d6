using System.Globalization;
using System.Text;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Reads one window: asks Matomo, shapes the reply, stages the rows.</summary>
/// <param name="reading">How the report is read.</param>
/// <param name="first">Sends the window's first request, where it is sent with those of others; null for one by itself.</param>
internal sealed class WindowReader(ReportReading reading, Func<MatomoRequest, ReplyHandler, Task<ReadResult>>? first = null)
{
    private const int SubtablesPerRequest = 50;

    private readonly MatomoClient _client = reading.Client;
    private ReportDefinition _report = reading.Forms.Of(reading.Report);
    private readonly Details _details = reading.Details;
    private Func<MatomoRequest, ReplyHandler, Task<ReadResult>>? _first = first;

    /// <summary>What reading has cost so far.</summary>
    public ReadCost Cost { get; } = new();

    /// <summary>Whether a window of the report is asked for with one request, which can be sent with those of others.</summary>
    public static bool MayBulk(ReportReading reading) =>
        !VisitLogReader.Reads(reading.Report) && !reading.Report.Method.StartsWith("Transitions.", StringComparison.Ordinal) && reading.Details.SubtableOf is null;

    /// <summary>Reads a window. The rows of a window that fails are discarded.</summary>
    /// <exception cref="MatomoException">The window as a whole was not answered.</exception>
    public async Task<WindowRead> ReadAsync(Window window, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                return await ReadOnceAsync(window, cancellationToken);
            }
            catch (MatomoException error) when (error.IsTooMuch && VisitLogReader.Reads(_report) && reading.Forms.AskForFewerVisits())
            {
                // From the first page on: of a page that broke off nobody knows which visit came whole.
                Cost.Add(error);
            }
        }
    }

    private async Task<WindowRead> ReadOnceAsync(Window window, CancellationToken cancellationToken)
    {
        var cost = Cost;
        var (read, isDoubtful, isIgnored) = await ReadAsync(window, null, cost, cancellationToken);
        while (isIgnored)
        {
            // What came is the top level as if it were all rows, its summary rows unmarked.
            read.Dispose();
            _report = reading.Forms.Of(reading.Report);
            (read, isDoubtful, isIgnored) = await ReadAsync(window, null, cost, cancellationToken);
        }

        if (!isDoubtful)
        {
            return read;
        }

        read.Dispose();
        return (await ReadAsync(window, await SummaryLabelsAsync(window, cost, cancellationToken), cost, cancellationToken)).Read;
    }

    private async Task<(WindowRead Read, bool IsDoubtful, bool IsIgnored)> ReadAsync(Window window, IReadOnlySet<byte[]>? summaryLabels, ReadCost cost, CancellationToken cancellationToken)
    {
        var readAt = reading.Clock.GetUtcNow();
        var rows = new StagedRows(reading.StagingFolder);
        try
        {
            var context = new RowContext(window.Site, reading.RunId, readAt, _report.HasDates, _details.HasSegments) { Sites = window.Sites };
            var table = new TableBuilder(context, rows.Add);
            var warnings = new List<RunWarning>();
            var shaper = await ReadAsync(window, table, summaryLabels, cost, warnings, cancellationToken);
            table.Complete();
            warnings.AddRange(Warnings(window, shaper, cost.Notice));
            return (
                new WindowRead(rows, [.. table.Columns], Partitions(window, shaper), readAt, cost.Requests, cost.Bytes, warnings),
                shaper.HasDoubtfulOthers,
                IsIgnored(ReportRequests.Of(_details, _report, window), shaper));
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Whether the form that was asked for is not the one that came; another is asked for then, in this window and all that follow.</summary>
    private bool IsIgnored(MatomoRequest request, IShaper shaper)
    {
        if (request.Flat && shaper.HasTablesBelow)
        {
            reading.Forms.IgnoresFlat();
            return true;
        }

        if (request.Expanded && reading.Forms.FlatIsIgnored && shaper is ReportShaper { HasTablesBelow: true, HasChildRows: false })
        {
            reading.Forms.IgnoresExpanded();
            return true;
        }

        return false;
    }

    /// <summary>
    /// The labels of the summary rows, from the flat form, which marks them: where rows carry neither segment nor address (the second level of Contents),
    /// nothing else tells Matomo's "Others" from a real row of that name.
    /// </summary>
    private async Task<IReadOnlySet<byte[]>> SummaryLabelsAsync(Window window, ReadCost cost, CancellationToken cancellationToken)
    {
        var labels = new SummaryLabels();
        var request = ReportRequests.Of(_details, _report, window) with { Flat = true, Expanded = false };
        try
        {
            cost.Add(await _client.ReadAsync(request, labels, cancellationToken));
        }
        catch (MatomoException error) when (!RunErrors.StopsAccount(error))
        {
            // Without an answer the rows stay what they look like otherwise: rows.
        }

        return labels.Found;
    }

    private static List<ShapedPartition> Partitions(Window window, IShaper shaper)
    {
        List<ShapedPartition> found = [.. shaper.Partitions];
        if (window.Sites.Count > 1)
        {
            // A reply over all sites leaves out those without visits.
            found.AddRange(window.Partitions.Except(found.ConvertAll(p => p.Key)).Select(k => new ShapedPartition(k, 0, null, false, null)));
        }

        return found;
    }

    private async Task<IShaper> ReadAsync(Window window, TableBuilder table, IReadOnlySet<byte[]>? summaryLabels, ReadCost cost, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        var request = ReportRequests.Of(_details, _report, window);
        var options = reading.Shape(ReportRequests.PeriodName(window.Partitions[0])) with { MarksOthers = request.Flat && Quirks.MarksSummaryRows(reading.Version), SummaryLabels = summaryLabels };
        if (VisitLogReader.Reads(_report))
        {
            return await new VisitLogReader(reading, cost, warnings).ReadAsync(request, window, table, options, cancellationToken);
        }

        if (_report.Method.StartsWith("Transitions.", StringComparison.Ordinal))
        {
            return await TransitionsAsync(request, window, new TransitionsShaper(_report, table, window.Partitions[0], _details.Flatten, options), cost, warnings, cancellationToken);
        }

        if (_details.Flatten is { } field)
        {
            IShaper flattened = new FlattenShaper(_report, table, field, PartitionOf(window, request), options);
            var whole = cost.Add(await FirstAsync(request, flattened.Handler, cancellationToken));
            await ReadOnAsync(request, window, flattened, whole.Rows, cost, warnings, cancellationToken);
            if (reading.Forms.FlatIsIgnored && flattened.HasTablesBelow && !request.Expanded && _details.Levels == RowDetail.All)
            {
                warnings.Add(TopLevelOnly(window));
            }

            return flattened;
        }

        if (_details.SubtableOf is { } label)
        {
            var lookup = new SubtableLookup(reading, cost);
            if (await lookup.FindAsync(request, window, label, cancellationToken) is not { } found)
            {
                // A table has its columns before it has rows.
                ShaperOf(request, window, table, options);
                warnings.Add(new RunWarning("subtable.no_such_label", $"{window.Site.Name}: {Iso(window.From)} has no row '{label}' with rows below it: no rows.", window.Site.Id, DatedStart(window)) { IsNote = true });
                return new NothingShaper(window);
            }

            request = request with { Subtable = found.Subtable };
            options = options with { Above = found.Labels };
        }

        var shaper = ShaperOf(request, window, table, options);
        var read = cost.Add(await FirstAsync(request, shaper.Handler, cancellationToken));
        await ReadOnAsync(request, window, shaper, read.Rows, cost, warnings, cancellationToken);
        await ReadChildrenAsync(request, window, shaper, cost, warnings, cancellationToken);
        if (reading.Forms.FlatIsIgnored && shaper is { HasTablesBelow: true, HasChildRows: false } && _report.SubtableMethod is null && _details.Levels == RowDetail.All)
        {
            warnings.Add(TopLevelOnly(window));
        }

        if (await new FlatGaps(reading, cost).OfAsync(request, window, shaper, cancellationToken) is { } gap)
        {
            warnings.Add(gap);
        }

        return shaper;
    }

    private RunWarning TopLevelOnly(Window window) => new(
        "rows.top_level_only",
        $"{window.Site.Name}: Matomo pays no heed to flat=1 for {_report.Method}, and the rows below its rows cannot be had in this form: only the top level is stored.",
        window.Site.Id,
        DatedStart(window));

    /// <summary>Sends the window's own request; read once more, it goes by itself.</summary>
    private Task<ReadResult> FirstAsync(MatomoRequest request, ReplyHandler handler, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _first, null) is { } send ? send(request, handler) : _client.ReadAsync(request, handler, cancellationToken);

    private ReportShaper ShaperOf(MatomoRequest request, Window window, TableBuilder table, ShapeOptions options) =>
        new(_report, table, ReportRequests.PeriodName(window.Partitions[0]), ReportRequests.HierarchyOf(_details, _report), PartitionOf(window, request), options)
        {
            BySite = window.Sites.Count > 1 || _report.IsAccountWide ? window.Partitions.ToDictionary(p => p.SiteId) : null,
        };

    /// <summary>What a limit of the server may have cut off, date by date.</summary>
    private async Task ReadOnAsync(MatomoRequest request, Window window, IShaper shaper, long rows, ReadCost cost, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        if (request.Shape != ReplyShape.Table)
        {
            return;
        }

        var proof = new LimitProof(_client, cost);
        var unproven = new List<(DateOnly? Date, long Rows)>();
        if (!request.KeyedByDate)
        {
            if (!await proof.ReadOnAsync(request, rows, shaper.Handler, cancellationToken))
            {
                unproven.Add((DatedStart(window), rows));
            }
        }
        else
        {
            var dates = shaper.Partitions.Where(p => p.Error is null).Select(p => (p.Key, p.TopRows));
            foreach (var (key, count) in await proof.WithMoreAsync(request, dates, cancellationToken))
            {
                if (!await proof.ReadOnAsync(request with { From = key.Start, To = key.End }, count, shaper.Handler, cancellationToken))
                {
                    unproven.Add((key.Start, count));
                }
            }
        }

        if (unproven.Count > 0)
        {
            var (date, count) = unproven[0];
            warnings.Add(new RunWarning(
                "rows.maybe_cut",
                string.Create(CultureInfo.InvariantCulture, $"{window.Site.Name}: {(unproven.Count == 1 ? "one table" : $"{unproven.Count} tables")} of {_report.Method} came with exactly as many rows as servers limit tables to, the first {(date is { } day ? $"of {Iso(day)} " : "")}with {count}, and Matomo does not tell whether there are more."),
                window.Site.Id,
                date));
        }

        await ReadOnBelowAsync(request, window, shaper, proof, warnings, cancellationToken);
    }

    /// <summary>What a limit of the server may have cut off below rows that came with the rows below them.</summary>
    private async Task ReadOnBelowAsync(MatomoRequest request, Window window, IShaper shaper, LimitProof proof, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        var unproven = new List<FullParent>();
        for (var seen = 0; seen < shaper.FullParents.Count;)
        {
            // What is read on may lie above further tables.
            List<FullParent> parents = [.. shaper.FullParents.Skip(seen)];
            seen += parents.Count;
            unproven.AddRange(await proof.ReadOnBelowAsync([.. parents.Select(p => (p, BelowOf(request, p)))], cancellationToken));
        }

        if (unproven.Count > 0)
        {
            var one = unproven[0];
            warnings.Add(MaybeCutBelow(window, unproven.Count, one.Label, one.Key, one.Rows));
        }
    }

    private RunWarning MaybeCutBelow(Window window, int count, string label, PartitionKey key, long rows) => new(
        "rows.maybe_cut",
        string.Create(CultureInfo.InvariantCulture, $"{window.Site.Name}: {count} {(count == 1 ? "row" : "rows")} of {_report.Method} came with exactly as many rows below as servers limit tables to, the first is '{label}' of {Iso(key.Start)} with {rows}, and Matomo does not tell whether there are more."),
        window.Site.Id,
        DatedStart(window));

    /// <summary>The request for the rows below a row; null where its table has no id, or nobody knows the method that reads it.</summary>
    private MatomoRequest? BelowOf(MatomoRequest request, FullParent parent) =>
        parent.Subtable is { } id && _report.SubtableMethod is { } method && (parent.Depth == 0 || method == _report.Method)
            ? request with { Method = method, Subtable = id, From = parent.Key.Start, To = parent.Key.End, KeyedByDate = false }
            : null;

    /// <summary>The rows below every row that has some, where they must be asked for by id.</summary>
    private async Task ReadChildrenAsync(MatomoRequest request, Window window, ReportShaper shaper, ReadCost cost, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        var withoutChildren = new List<ParentRow>();
        var unproven = new List<(ParentRow Parent, long Rows)>();
        var depths = new Dictionary<(PartitionKey Key, long Subtable), int>();

        // Children can have children: what a round of requests adds is read by the next.
        for (var read = 0; read < shaper.Parents.Count;)
        {
            List<ParentRow> parents = [.. shaper.Parents.Skip(read).Take(SubtablesPerRequest)];
            read += parents.Count;

            // A table hangs on one row. A server that pays no heed to the id answers with rows from further up, and below these with the same for ever.
            if (parents.Find(p => !depths.TryAdd((p.Key, p.Subtable), p.Labels.Count) && depths[(p.Key, p.Subtable)] != p.Labels.Count) is { } again)
            {
                throw new MatomoException(MatomoErrorKind.UnexpectedReply, $"{_report.SubtableMethod} answers for the rows below '{Encoding.UTF8.GetString(again.Labels[0])}' with rows that stand above them: it does not heed idSubtable. Nothing was stored of it; read the report without the rows below.") { Method = _report.SubtableMethod };
            }

            List<CountingHandler> handlers = [.. parents.Select(p => new CountingHandler(shaper.Below(p)))];
            List<MatomoRequest> requests = [.. parents.Select(parent => request with { Method = _report.SubtableMethod!, Subtable = parent.Subtable, From = parent.Key.Start, To = parent.Key.End, KeyedByDate = false, Flat = false })];
            cost.Add(await _client.ReadBulkAsync([.. requests.Zip(handlers, (asked, handler) => new BulkItem(asked, handler))], cancellationToken)).ThrowFirst();

            withoutChildren.AddRange(parents.Zip(handlers).Where(p => p.Second.Rows == 0).Select(p => p.First));
            foreach (var ((child, handler), parent) in requests.Zip(handlers).Zip(parents))
            {
                if (!await new LimitProof(_client, cost).ReadOnAsync(child, handler.Rows, shaper.Below(parent), cancellationToken))
                {
                    unproven.Add((parent, handler.Rows));
                }
            }
        }

        if (unproven.Count > 0)
        {
            var (parent, rows) = unproven[0];
            warnings.Add(MaybeCutBelow(window, unproven.Count, Encoding.UTF8.GetString(parent.Labels[^1]), parent.Key, rows));
        }

        if (withoutChildren.Count > 0)
        {
            await KeepAsLeavesAsync(request, window, shaper, withoutChildren, cost, warnings, cancellationToken);
        }

        await ProveIdsAsync(request, window, shaper, cost, cancellationToken);
    }

    /// <summary>The id of a table belongs to one archive. Of a period that is not over Matomo may have archived again while the tables were read, and the id may be another row's now.</summary>
    private async Task ProveIdsAsync(MatomoRequest request, Window window, ReportShaper shaper, ReadCost cost, CancellationToken cancellationToken)
    {
        var today = SiteZone.Of(window.Site.TimeZone).Today(reading.Clock);
        foreach (var date in shaper.Parents.Where(p => shaper.IsAtTop(p) && p.Key.End >= today).GroupBy(p => p.Key))
        {
            var now = new LabelCollector();
            var asked = request with { From = date.Key.Start, To = date.Key.End, KeyedByDate = false };
            var read = cost.Add(await _client.ReadAsync(asked, now, cancellationToken));
            await new LimitProof(_client, cost).ReadOnAsync(asked, read.Rows, now, cancellationToken);
            var labels = now.Rows.Where(r => r.Subtable is not null).ToLookup(r => r.Subtable!.Value, r => r.Label);
            if (!date.All(p => labels[p.Subtable].Any(l => l.AsSpan().SequenceEqual(p.Labels[^1]))))
            {
                throw ArchivedAgain();
            }
        }
    }

    private MatomoException ArchivedAgain() => new(MatomoErrorKind.UnexpectedReply, $"{_report.Method} was archived again by Matomo while its subtables were read. Nothing was stored of it; the next run asks again.") { Method = _report.Method };

    /// <summary>
    /// Rows whose table answered nothing. The id belongs to one archive: once Matomo has archived again it means another row or none. Where the row still has it, and the table still answers nothing, the row has nothing below it.
    /// </summary>
    private async Task KeepAsLeavesAsync(MatomoRequest request, Window window, ReportShaper shaper, IReadOnlyList<ParentRow> parents, ReadCost cost, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        List<CountingHandler> handlers = [.. parents.Select(p => new CountingHandler(shaper.Below(p)))];
        cost.Add(await _client.ReadBulkAsync(
            [.. parents.Zip(handlers, (p, handler) => new BulkItem(request with { Method = _report.SubtableMethod!, Subtable = p.Subtable, From = p.Key.Start, To = p.Key.End, KeyedByDate = false, Flat = false }, handler))],
            cancellationToken)).ThrowFirst();
        List<ParentRow> empty = [.. parents.Zip(handlers).Where(p => p.Second.Rows == 0).Select(p => p.First)];
        foreach (var date in empty.GroupBy(p => p.Key))
        {
            var wanted = date.Where(shaper.IsAtTop).DistinctBy(p => p.Subtable).ToDictionary(p => p.Subtable, p => p.Labels[^1]);
            var (asked, leaves, whole) = (request with { From = date.Key.Start, To = date.Key.End, KeyedByDate = false }, shaper.AsLeaves(date.Key, wanted), wanted.Count == date.Count());
            var read = cost.Add(await _client.ReadAsync(asked, leaves, cancellationToken));
            await new LimitProof(_client, cost).ReadOnAsync(asked, read.Rows, leaves, cancellationToken);
            if (wanted.Count > 0 || !whole)
            {
                throw ArchivedAgain();
            }
        }

        if (empty.Count > 0)
        {
            warnings.Add(new RunWarning(
                "rows.nothing_below",
                string.Create(CultureInfo.InvariantCulture, $"{window.Site.Name}: {empty.Count} {(empty.Count == 1 ? "row" : "rows")} of {_report.Method} should have rows below, and Matomo twice answered none; the first is '{Encoding.UTF8.GetString(empty[0].Labels[^1])}' of {Iso(empty[0].Key.Start)}. They are stored as rows by themselves."),
                window.Site.Id,
                DatedStart(window)));
        }
    }

    private async Task<IShaper> TransitionsAsync(MatomoRequest request, Window window, TransitionsShaper shaper, ReadCost cost, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        try
        {
            cost.Add(await _client.ReadAsync(request, shaper.Handler, cancellationToken));
            return shaper;
        }
        catch (MatomoException error) when (error.Kind == MatomoErrorKind.NoDataForAction)
        {
            warnings.Add(new RunWarning("transitions.no_data", $"{window.Site.Name}: Matomo has no visits of this page in the period: no rows.", window.Site.Id, window.From) { IsNote = true });
            return new NothingShaper(window);
        }
    }

    private static Func<ReplyPart, PartitionKey?> PartitionOf(Window window, MatomoRequest request)
    {
        if (!request.KeyedByDate)
        {
            return _ => window.Partitions[0];
        }

        var byLabel = window.Partitions.ToDictionary(MatomoPeriods.Label, StringComparer.Ordinal);
        return part => part.Date is { } date ? byLabel.GetValueOrDefault(date) : null;
    }

    private List<RunWarning> Warnings(Window window, IShaper shaper, string? notice)
    {
        var warnings = new List<RunWarning>();
        foreach (var unreadable in shaper.Unreadable)
        {
            warnings.Add(new RunWarning(
                "values.unreadable",
                string.Create(CultureInfo.InvariantCulture, $"{unreadable.Count} values of {unreadable.Column} could not be read and are null; the first is '{unreadable.Sample}'."),
                window.Site.Id,
                DatedStart(window)));
        }

        if (shaper.UnexpectedParts.Count > 0)
        {
            warnings.Add(new RunWarning(
                "dates.outside",
                $"Matomo answered dates nobody asked for ({string.Join(", ", shaper.UnexpectedParts.Take(3))}); they are not stored.",
                window.Site.Id,
                DatedStart(window)));
        }

        if (shaper.Emptied.Count > 0)
        {
            var why = reading.QuirksOf(ReportRequests.PeriodName(window.Partitions[0])).First(q => q.WhereZero is null).Why;
            warnings.Add(new RunWarning("values.untrue", $"{string.Join(", ", shaper.Emptied)} {(shaper.Emptied.Count == 1 ? "is" : "are")} null. {why}") { IsNote = true });
        }

        if (notice is not null)
        {
            warnings.Add(new RunWarning("matomo.notice", $"Matomo printed a PHP notice beside the data, which arrived whole: {notice}", window.Site.Id) { IsNote = true });
        }

        return warnings;
    }

    private static DateOnly? DatedStart(Window window) => window.Partitions[0].Period == Period.None ? null : window.From;

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
