using Polly;
using Polly.Retry;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Matomo.Transport;

namespace Tributary.Matomo;

/// <summary>One request of a bulk request.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Handler">Who receives the answer.</param>
public sealed record BulkItem(MatomoRequest Request, ReplyHandler Handler);

/// <summary>What became of a bulk request.</summary>
/// <param name="Errors">In the order of the items: why an item was not answered; null where it was.</param>
/// <param name="Bytes">Bytes of the body after decompression, all items together.</param>
/// <param name="Attempts">Requests sent, 1 when nothing had to be repeated.</param>
/// <param name="Waited">How long the server let us wait for the answer and its pieces.</param>
/// <param name="Notice">PHP text printed before or after the JSON, cleaned and shortened; null when there was none.</param>
public sealed record BulkResult(IReadOnlyList<MatomoException?> Errors, long Bytes, int Attempts, TimeSpan Waited, string? Notice)
{
    /// <summary>Throws the first item's failure, where there is one.</summary>
    /// <exception cref="MatomoException">An item was not answered.</exception>
    public void ThrowFirst()
    {
        if (Errors.FirstOrDefault(e => e is not null) is { } error)
        {
            throw error;
        }
    }
}

/// <summary>
/// Reads reports of one Matomo with one token. Safe for use from several threads; it holds the limits on parallel requests and requests per minute, so share one client for one server.
/// It can only read: a method that writes is refused before anything is sent.
/// </summary>
public sealed class MatomoClient : IDisposable
{
    private const string English = "en";

    private readonly MatomoClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly MatomoTransport _transport;
    private readonly ResiliencePipeline _retries;
    private readonly bool _isUrgent;

    /// <summary>The most items of a bulk request that this server is known to take; 0 when it takes none.</summary>
    private volatile int _bulkItems = int.MaxValue;

    /// <summary>Creates a client. Nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its bounds, or the certificate file cannot be read.</exception>
    public MatomoClient(MatomoEndpoint endpoint, AccessToken token, MatomoClientOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Validate();
        Endpoint = endpoint;
        IsAnonymous = token.IsAnonymous;
        _options = options;
        _clock = clock;
        _transport = new MatomoTransport(endpoint, token, options, clock);
        _retries = PipelineOf(options, clock);
        Urgent = new MatomoClient(this);
    }

    private MatomoClient(MatomoClient patient)
    {
        Endpoint = patient.Endpoint;
        IsAnonymous = patient.IsAnonymous;
        _options = patient._options;
        _clock = patient._clock;
        _transport = patient._transport;
        _retries = patient._retries;
        _isUrgent = true;
        Urgent = this;
    }

    /// <summary>The same client for requests that a person waits for: of those that wait for a place, they go first. It ends with the client.</summary>
    public MatomoClient Urgent { get; }

    /// <summary>Where it reads.</summary>
    public MatomoEndpoint Endpoint { get; }

    /// <summary>Takes this client's secrets out of a text.</summary>
    public Redactor Redactor => _transport.Redactor;

    /// <summary>What the server taught by refusing requests for being too many; null when it did not, or long ago.</summary>
    public LearnedLimits? LearnedLimits => _transport.Learned;

    internal bool IsAnonymous { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isUrgent)
        {
            _transport.Dispose();
        }
    }

    /// <summary>
    /// Reads one report as it comes from the wire. A failure that may pass is tried again, but only while <paramref name="handler"/> was not called;
    /// after that the failure is thrown, what was handed over must be discarded, and the caller begins again with a new handler.
    /// </summary>
    /// <exception cref="MatomoException">Matomo did not answer with the report.</exception>
    /// <exception cref="ArgumentException">The request cannot be sent: the method writes, the dates contradict each other, a parameter has no such name.</exception>
    public Task<ReadResult> ReadAsync(MatomoRequest request, ReplyHandler handler, CancellationToken cancellationToken) =>
        ReadAsync(request, handler, _retries, cancellationToken);

    /// <summary>
    /// Reads several reports with one request. Failures of single items are returned in their places, null where an item was answered; failures of the whole are thrown.
    /// Items run one after another on the server and share its time limit: 10 to 50 are sensible.
    /// </summary>
    /// <exception cref="MatomoException">Matomo did not answer, or with another number of answers than there are items.</exception>
    public async Task<BulkResult> ReadBulkAsync(IReadOnlyList<BulkItem> items, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
        {
            return new BulkResult([], 0, 0, TimeSpan.Zero, null);
        }

        if (_bulkItems == 0)
        {
            return await OneByOneAsync(items, cancellationToken);
        }

        if (items.Count > _bulkItems)
        {
            return await InPiecesAsync(items, _bulkItems, cancellationToken);
        }

        try
        {
            return await SendBulkAsync(items, cancellationToken);
        }
        catch (MatomoException error) when (IsOfBulkItself(error.Kind))
        {
            // Matomo from 5.8 on refuses more items than API_bulk_request_limit, in words that are its own: half as many show whether it was that. A firewall refuses the form of the request, however many items it has.
            if (items.Count > 1 && error.Kind is MatomoErrorKind.Api or MatomoErrorKind.InvalidParameter)
            {
                _bulkItems = Math.Min(_bulkItems, (items.Count + 1) / 2);
                return await InPiecesAsync(items, _bulkItems, cancellationToken);
            }

            var first = await OneByOneAsync([items[0]], cancellationToken);
            if (first.Errors[0] is null)
            {
                // What it answers alone it does not take in a bulk request.
                _bulkItems = 0;
            }

            return items.Count == 1 ? first : Together([first, await ReadBulkAsync([.. items.Skip(1)], cancellationToken)]);
        }
    }

    /// <summary>The version of Matomo, such as <c>5.2.0</c>. Needs view access to at least one site, which makes it the best test of a token.</summary>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => GetVersionAsync(_retries, cancellationToken);

    /// <summary>The sites the token may view. Matomo answers an unknown caller with an empty list, not with an error.</summary>
    public Task<IReadOnlyList<MatomoSite>> GetSitesAsync(CancellationToken cancellationToken) => GetSitesAsync(_retries, cancellationToken);

    /// <summary>The goals of a site.</summary>
    public async Task<IReadOnlyList<MatomoGoal>> GetGoalsAsync(int site, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(new MatomoRequest { Method = "Goals.getGoals", Shape = ReplyShape.Table, Site = site }, _retries, cancellationToken);
        return [.. rows.Select(SiteLists.Goal).OfType<MatomoGoal>()];
    }

    /// <summary>The goals of several sites, by site; fifty sites a request.</summary>
    /// <exception cref="MatomoException">Matomo did not answer for one of them.</exception>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<MatomoGoal>>> GetGoalsAsync(IReadOnlyList<int> sites, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sites);
        var result = new Dictionary<int, IReadOnlyList<MatomoGoal>>();
        foreach (var some in sites.Chunk(50))
        {
            List<CellCollector> lists = [.. some.Select(_ => new CellCollector())];
            var answered = await ReadBulkAsync(
                [.. some.Zip(lists, (site, list) => new BulkItem(new MatomoRequest { Method = "Goals.getGoals", Shape = ReplyShape.Table, Site = site }, list))],
                cancellationToken);
            answered.ThrowFirst();

            for (var i = 0; i < some.Length; i++)
            {
                await ReadOnAsync(new MatomoRequest { Method = "Goals.getGoals", Shape = ReplyShape.Table, Site = some[i] }, lists[i], _retries, cancellationToken);
                result[some[i]] = [.. lists[i].Rows.Select(SiteLists.Goal).OfType<MatomoGoal>()];
            }
        }

        return result;
    }

    /// <summary>The segments saved on the server that the token may use for a site.</summary>
    public async Task<IReadOnlyList<MatomoSegment>> GetSegmentsAsync(int site, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(new MatomoRequest { Method = "SegmentEditor.getAll", Shape = ReplyShape.Table, Site = site }, _retries, cancellationToken);
        return [.. rows.Select(SiteLists.Segment).OfType<MatomoSegment>()];
    }

    /// <summary>Has the server judge a segment. Asked for a day to come it has nothing to read, and looks at the segment all the same.</summary>
    /// <exception cref="MatomoException">The server does not take the segment.</exception>
    public Task CheckSegmentAsync(int site, string segment, DateOnly future, CancellationToken cancellationToken) => ValueAsync(
        new MatomoRequest { Method = "VisitsSummary.getVisits", Shape = ReplyShape.Scalar, Site = site, Period = MatomoPeriod.Day, From = future, To = future, Segment = segment },
        _retries,
        cancellationToken);

    /// <summary>Whether a plugin is there and switched on.</summary>
    public async Task<bool> IsPluginActivatedAsync(string plugin, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(plugin);
        return await ValueAsync(PluginRequest(plugin), _retries, cancellationToken) is "1" or "true";
    }

    /// <summary>Which of several plugins are there and switched on, with one request.</summary>
    /// <exception cref="MatomoException">Matomo did not answer for one of them.</exception>
    public async Task<IReadOnlyDictionary<string, bool>> GetPluginStatesAsync(IReadOnlyList<string> plugins, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        List<CellCollector> answers = [.. plugins.Select(_ => new CellCollector())];
        (await ReadBulkAsync([.. plugins.Zip(answers, (plugin, answer) => new BulkItem(PluginRequest(plugin), answer))], cancellationToken)).ThrowFirst();
        return plugins.Zip(answers, (plugin, answer) => (plugin, answer.Rows is [var row] && row.GetValueOrDefault("value") is "1" or "true")).ToDictionary(p => p.plugin, p => p.Item2, StringComparer.Ordinal);
    }

    /// <summary>
    /// The reports the server announces for a site, as the JSON array of <c>API.getReportMetadata</c> without its texts about metrics.
    /// The addresses of images are left out: before Matomo 5.4 they hold the caller's token.
    /// </summary>
    public async Task<byte[]> GetReportMetadataAsync(int site, CancellationToken cancellationToken)
    {
        var request = new MatomoRequest
        {
            Method = "API.getReportMetadata",
            Shape = ReplyShape.Table,
            Site = site,
            Parameters = new Dictionary<string, string> { ["hideMetricsDoc"] = "1" },
        };
        var reports = new RowsAsJson("imageGraphUrl", "imageGraphEvolutionUrl");
        await ReadAsync(request, reports, _retries, cancellationToken);
        return reports.ToArray();
    }

    /// <summary>
    /// Checks step by step whether reports can be read: the address resolves, TLS holds, Matomo answers, its version, the token is accepted, at least one site is visible.
    /// Failures are steps, not exceptions; nothing is tried twice, so that a wrong token does not lead to a lockout.
    /// </summary>
    public Task<IReadOnlyList<ConnectionStep>> CheckAsync(CancellationToken cancellationToken) => ConnectionCheck.RunAsync(this, cancellationToken);

    internal async Task<string> GetVersionAsync(ResiliencePipeline retries, CancellationToken cancellationToken)
    {
        try
        {
            return await VersionAsync("API.getMatomoVersion");
        }
        catch (MatomoException error) when (error.Kind == MatomoErrorKind.UnknownMethod)
        {
            // The name before Matomo was called Matomo (3.x and older).
            return await VersionAsync("API.getPiwikVersion");
        }

        async Task<string> VersionAsync(string method)
        {
            var version = await ValueAsync(new MatomoRequest { Method = method, Shape = ReplyShape.Scalar }, retries, cancellationToken);
            return version.Length > 0 && char.IsAsciiDigit(version[0])
                ? version
                : throw new MatomoAnswer { Method = method, Redactor = Redactor }.Unexpected("Its version is no version number, so this is hardly a Matomo.");
        }
    }

    internal async Task<IReadOnlyList<MatomoSite>> GetSitesAsync(ResiliencePipeline retries, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(new MatomoRequest { Method = "SitesManager.getSitesWithAtLeastViewAccess", Shape = ReplyShape.Table }, retries, cancellationToken);

        // A list that is read on may have moved by a site in between.
        return [.. rows.Select(SiteLists.Site).OfType<MatomoSite>().DistinctBy(s => s.Id)];
    }

    private async Task<BulkResult> InPiecesAsync(IReadOnlyList<BulkItem> items, int most, CancellationToken cancellationToken)
    {
        var pieces = new List<BulkResult>();
        foreach (var piece in items.Chunk(most))
        {
            pieces.Add(await ReadBulkAsync(piece, cancellationToken));
        }

        return Together(pieces);
    }

    /// <summary>The same items as requests of their own. What Matomo itself says of one is that one's failure; whatever else fails would fail for all.</summary>
    private async Task<BulkResult> OneByOneAsync(IReadOnlyList<BulkItem> items, CancellationToken cancellationToken)
    {
        var answers = new List<BulkResult>();
        foreach (var item in items)
        {
            try
            {
                var read = await ReadAsync(item.Request, item.Handler, cancellationToken);
                answers.Add(new BulkResult([null], read.Bytes, read.Attempts, read.Waited, read.Notice));
            }
            catch (MatomoException error) when (error.ApiMessage is not null && !error.IsTransient)
            {
                answers.Add(new BulkResult([error], 0, error.Attempts, TimeSpan.Zero, null));
            }
        }

        return Together(answers);
    }

    private static BulkResult Together(IReadOnlyList<BulkResult> pieces) => new(
        [.. pieces.SelectMany(p => p.Errors)],
        pieces.Sum(p => p.Bytes),
        pieces.Sum(p => p.Attempts),
        pieces.Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Waited),
        pieces.Select(p => p.Notice).FirstOrDefault(n => n is not null));

    /// <summary>What may be meant of the form of a bulk request, and not of what it asks.</summary>
    private static bool IsOfBulkItself(MatomoErrorKind kind) => kind
        is MatomoErrorKind.Api
        or MatomoErrorKind.InvalidParameter
        or MatomoErrorKind.UnknownMethod
        or MatomoErrorKind.FirewallPage
        or MatomoErrorKind.NotMatomo;

    private async Task<BulkResult> SendBulkAsync(IReadOnlyList<BulkItem> items, CancellationToken cancellationToken)
    {
        var form = RequestForm.OfBulk(items.Select(item => item.Request), _options.Language);
        var result = await RunAsync(
            _retries,
            async attempt =>
            {
                var ((found, end), waited) = await _transport.SendAsync(
                form,
                new RequestKind("API.getBulkRequest", items.Count, _isUrgent),
                async (body, answer, cancel) =>
                {
                    var parser = ReplyParser.ForBulk([.. items.Select(item => Target(item.Request, item.Handler, answer with { IsPart = true }))]);
                    var end = await attempt.ReadAsync(body, parser, answer, cancel);
                    if (parser.Items == items.Count)
                    {
                        return (parser.ItemErrors, end);
                    }

                    // The handlers have been called; the next try is smaller.
                    _bulkItems = Math.Clamp(parser.Items, 1, Math.Max(1, items.Count / 2));
                    throw answer.Unexpected(
                        $"{parser.Items} answers came to {items.Count} items of a bulk request, so none can be told whose it is. PHP's max_input_vars or Matomo's API_bulk_request_limit may be lower: send fewer items.");
                },
                cancellationToken);
                return new BulkResult(found, end.Bytes, attempt.Number, waited, end.Notice);
            },
            cancellationToken);
        var errors = result.Errors.ToArray();
        for (var i = 0; i < errors.Length; i++)
        {
            if (errors[i] is { } error)
            {
                errors[i] = await InEnglishAsync(items[i].Request, error, cancellationToken);
                if (_options.Watch is { } watch)
                {
                    await watch.FailedAsync(errors[i]!);
                }
            }
        }

        return result with { Errors = errors };
    }

    /// <summary>
    /// Matomo words its errors in the language that labels are asked for in, and what they mean is known of the English ones: where nobody knows the words, the request is sent once more in English, for its error alone.
    /// </summary>
    private async Task<MatomoException> InEnglishAsync(MatomoRequest request, MatomoException error, CancellationToken cancellationToken)
    {
        if (!error.IsInUnknownWords || _options.Language == English)
        {
            return error;
        }

        try
        {
            await _transport.SendAsync(
                RequestForm.Of(request, English),
                new RequestKind(request.Method, 1, _isUrgent),
                async (body, answer, cancel) => await ReplyReader.ReadAsync(body, new ReplyParser(Target(request, new RowsAsNothing(), answer)), answer, JsonPump.DefaultBufferSize, cancel),
                cancellationToken);
            return error;
        }
        catch (MatomoException english)
        {
            return english.ApiMessage is null ? error : english.AsPart(error.IsPart);
        }
    }

    private static MatomoRequest PluginRequest(string plugin) => new()
    {
        Method = "API.isPluginActivated",
        Shape = ReplyShape.Scalar,
        Parameters = new Dictionary<string, string> { ["pluginName"] = plugin },
    };

    private static ReplyTarget Target(MatomoRequest request, ReplyHandler handler, MatomoAnswer answer) =>
        new(request.Shape, request.Keys, handler, answer with { Method = request.Method }, request.Period is not null);

    private static ResiliencePipeline PipelineOf(MatomoClientOptions options, TimeProvider clock)
    {
        if (options.Retries == 0)
        {
            return ResiliencePipeline.Empty;
        }

        return new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                MaxDelay = TimeSpan.FromMinutes(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is MatomoException error
                    && !args.Context.Properties.GetValue(Attempt.Key, null!).HasHandedOver
                    && args.AttemptNumber < MatomoErrorRules.Retries(error.Kind, options.Retries)
                    && !(error.RetryAfter > options.LongestWait)),
                DelayGenerator = args => ValueTask.FromResult(AskedWait(args.Outcome.Exception, args.AttemptNumber, options.RetryDelay)),
            })
            .Build();
    }

    /// <summary>How long the server asks to wait; null where that is less than we would wait anyway: some say 0, and a clock that differs makes a past of a date.</summary>
    internal static TimeSpan? AskedWait(Exception? error, int attempt, TimeSpan delay) =>
        error is MatomoException { RetryAfter: { } asked } && asked > delay * (1 << Math.Min(attempt, 16)) ? asked : null;

    private async Task<ReadResult> ReadAsync(MatomoRequest request, ReplyHandler handler, ResiliencePipeline retries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(handler);
        var form = RequestForm.Of(request, _options.Language);
        return await RunAsync(
            retries,
            async attempt =>
            {
                var started = _clock.GetTimestamp();
                try
                {
                    var ((end, rows), waited) = await _transport.SendAsync(
                        form,
                        new RequestKind(request.Method, 1, _isUrgent),
                        async (body, answer, cancel) =>
                        {
                            var parser = new ReplyParser(Target(request, handler, answer));
                            return (await attempt.ReadAsync(body, parser, answer, cancel), parser.Rows);
                        },
                        cancellationToken);
                    return new ReadResult(end.Bytes, rows, attempt.Number, _clock.GetElapsedTime(started), waited, end.Notice);
                }
                catch (MatomoException error) when (error.IsInUnknownWords && _options.Language != English)
                {
                    throw await InEnglishAsync(request, error, cancellationToken);
                }
            },
            cancellationToken);
    }

    private static async Task<T> RunAsync<T>(ResiliencePipeline retries, Func<Attempt, Task<T>> send, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        var attempt = new Attempt();
        context.Properties.Set(Attempt.Key, attempt);
        try
        {
            return await retries.ExecuteAsync(
                async _ =>
                {
                    attempt.Number++;
                    return await send(attempt);
                },
                context);
        }
        catch (MatomoException error)
        {
            error.Attempts = attempt.Number;
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<List<IReadOnlyDictionary<string, string?>>> ListAsync(MatomoRequest request, ResiliencePipeline retries, CancellationToken cancellationToken)
    {
        var list = new CellCollector();
        await ReadAsync(request, list, retries, cancellationToken);
        await ReadOnAsync(request, list, retries, cancellationToken);
        return list.Rows;
    }

    /// <summary>Looks behind a list that is as long as servers limit lists to: it says nothing of how many there are.</summary>
    private async Task ReadOnAsync(MatomoRequest request, CellCollector list, ResiliencePipeline retries, CancellationToken cancellationToken)
    {
        if (list.Rows.Count is not (100 or 500 or 1000))
        {
            return;
        }

        for (; ; )
        {
            var more = new CellCollector();
            await ReadAsync(request with { Limit = 1000, Offset = list.Rows.Count }, more, retries, cancellationToken);

            // A server that pays no heed to the offset begins again.
            if (more.Rows.Count == 0 || more.Rows[0].SequenceEqual(list.Rows[0]))
            {
                return;
            }

            list.Rows.AddRange(more.Rows);
        }
    }

    private async Task<string> ValueAsync(MatomoRequest request, ResiliencePipeline retries, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(request, retries, cancellationToken);
        return rows.Count == 1 ? rows[0].GetValueOrDefault("value") ?? "" : "";
    }

    private sealed class RowsAsNothing : ReplyHandler
    {
        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            // Only the error counts.
        }
    }

    /// <summary>The tries of one request, and whether the last one got as far as the caller.</summary>
    private sealed class Attempt
    {
        public static readonly ResiliencePropertyKey<Attempt> Key = new("Tributary.Matomo.Attempt");

        public int Number { get; set; }

        public bool HasHandedOver { get; private set; }

        public async Task<ReplyEnd> ReadAsync(Stream body, ReplyParser parser, MatomoAnswer answer, CancellationToken cancellationToken)
        {
            try
            {
                return await ReplyReader.ReadAsync(body, parser, answer, JsonPump.DefaultBufferSize, cancellationToken);
            }
            finally
            {
                HasHandedOver = parser.HasHandedOver;
            }
        }
    }
}
