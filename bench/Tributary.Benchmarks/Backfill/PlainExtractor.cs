using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Tributary.Matomo.Catalog;

namespace Tributary.Benchmarks.Backfill;

/// <summary>
/// What one writes in an afternoon: asks windows of so many days, so many at a time, and writes the rows to a file a report as they stand.
/// No types, no checks, no commit.
/// </summary>
internal sealed class PlainExtractor(MatomoServer server, Workload work, int daysPerRequest, int parallel) : IContender
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{(daysPerRequest >= work.Days ? "whole range" : daysPerRequest == 1 ? "1 day" : $"{daysPerRequest} days")} a request, {parallel} at a time");

    public async Task<Measured> RunAsync(string folder)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, MaxConnectionsPerServer = parallel }) { Timeout = TimeSpan.FromMinutes(10) };
        var files = work.Reports.ToDictionary(r => r, r => new RowFile(Path.Combine(folder, r + ".ndjson")), StringComparer.Ordinal);
        var asks = from report in work.Reports from site in work.Sites from window in work.Windows(daysPerRequest) select (report, site, window.From, window.To);
        var requests = 0;
        var clock = Stopwatch.StartNew();
        try
        {
            await Parallel.ForEachAsync(asks, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (ask, stop) =>
            {
                var keyed = ask.From != ask.To;
                var reply = await AskAsync(http, FormOf(ask.report, ask.site, ask.From, ask.To), () => Interlocked.Increment(ref requests), stop);
                var rows = new ArrayBufferWriter<byte>(reply.Length + 1024);
                var count = Write(reply, keyed ? null : Iso(ask.From), ask.site, rows);
                await files[ask.report].AddAsync(rows.WrittenMemory, count, stop);
            });
            var seconds = clock.Elapsed.TotalSeconds;
            return new Measured(seconds, requests, files.ToDictionary(f => f.Key, f => f.Value.Rows, StringComparer.Ordinal));
        }
        finally
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    private async Task<byte[]> AskAsync(HttpClient http, KeyValuePair<string, string>[] form, Action count, CancellationToken stop)
    {
        while (true)
        {
            count();
            using var body = new FormUrlEncodedContent(form);
            using var reply = await http.PostAsync(new Uri(server.Address, "index.php"), body, stop);
            if (reply.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(reply.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(10), TimeProvider.System, stop);
                continue;
            }

            return reply.IsSuccessStatusCode ? await reply.Content.ReadAsByteArrayAsync(stop) : throw new HttpRequestException($"Status {(int)reply.StatusCode}.", null, reply.StatusCode);
        }
    }

    private KeyValuePair<string, string>[] FormOf(string report, int site, DateOnly from, DateOnly to)
    {
        var flat = ReportCatalog.BuiltIn.Find(report) is { FlatWorks: true, Shape: Matomo.Replies.ReplyShape.Table } ? "1" : "0";
        return
        [
            new("module", "API"), new("method", report), new("format", "json"), new("idSite", site.ToString(CultureInfo.InvariantCulture)), new("period", "day"),
            new("date", from == to ? Iso(from) : $"{Iso(from)},{Iso(to)}"), new("filter_limit", "-1"), new("flat", flat), new("format_metrics", "0"), new("language", "en"), new("token_auth", server.Token),
        ];
    }

    /// <summary>One line a row: the site, the day, and the row as it came.</summary>
    private static int Write(byte[] reply, string? day, int site, ArrayBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(reply);
        var rows = 0;
        var key = Encoding.UTF8.GetBytes(day ?? "");
        var depthOfTable = day is null ? 1 : 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && day is null && reader.CurrentDepth == 1)
            {
                key = reader.ValueSpan.ToArray();
            }
            else if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth >= depthOfTable)
            {
                var start = (int)reader.TokenStartIndex;
                if (reply.AsSpan(start).StartsWith("{\"result\":\"error\""u8))
                {
                    throw new InvalidOperationException(Encoding.UTF8.GetString(reply));
                }

                reader.Skip();
                output.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"site\":{site},\"date\":\"")));
                output.Write(key);
                output.Write("\",\"row\":"u8);
                output.Write(reply.AsSpan(start, (int)reader.BytesConsumed - start));
                output.Write("}\n"u8);
                rows++;
            }
        }

        return rows;
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class RowFile(string path) : IDisposable
    {
        private readonly FileStream _stream = File.Create(path);
        private readonly SemaphoreSlim _one = new(1);

        public long Rows { get; private set; }

        public async Task AddAsync(ReadOnlyMemory<byte> lines, int count, CancellationToken stop)
        {
            await _one.WaitAsync(stop);
            try
            {
                Rows += count;
                await _stream.WriteAsync(lines, stop);
            }
            finally
            {
                _one.Release();
            }
        }

        public void Dispose()
        {
            _stream.Dispose();
            _one.Dispose();
        }
    }
}
