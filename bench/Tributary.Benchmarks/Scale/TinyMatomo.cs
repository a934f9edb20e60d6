using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tributary.Benchmarks.Scale;

/// <summary>A server of as many sites as asked that costs next to nothing: the same five countries on every day of every site.</summary>
internal sealed class TinyMatomo : IAsyncDisposable
{
    private static readonly byte[] Countries = Encoding.UTF8.GetBytes(
        "[" + string.Join(',', new[] { ("Japan", "jp", 40), ("Germany", "de", 30), ("France", "fr", 20), ("Brazil", "br", 9), ("Chile", "cl", 1) }.Select(c =>
            $$"""{"label":"{{c.Item1}}","nb_visits":{{c.Item3}},"nb_actions":{{c.Item3 * 3}},"max_actions":9,"sum_visit_length":{{c.Item3 * 60}},"bounce_count":{{c.Item3 / 2}},"nb_visits_converted":0,"code":"{{c.Item2}}","segment":"countryCode=={{c.Item2}}","UserCountry_Country":"{{c.Item2}}","is_summary":false}""")) + "]");

    private static readonly byte[] Summary = """{"nb_visits":100,"nb_actions":300,"max_actions":9,"sum_visit_length":6000,"bounce_count":50,"nb_visits_converted":0}"""u8.ToArray();
    private readonly WebApplication _app;
    private readonly byte[] _sites;

    private TinyMatomo(WebApplication app, int sites)
    {
        _app = app;
        _sites = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(1, sites).Select(i => $$"""{"idsite":{{i}},"name":"Site {{i}}","timezone":"UTC","currency":"EUR","ts_created":"2015-01-01 00:00:00"}""")) + "]");
    }

    public Uri Address => new(_app.Urls.First());

    public static async Task<TinyMatomo> StartAsync(int sites)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();

        // A host that listens to signals would outlive the one that ends its process.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        var server = new TinyMatomo(app, sites);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var query = http.Request.Query;
        string? Of(string name) => query.TryGetValue(name, out var inQuery) ? inQuery.ToString() : form.TryGetValue(name, out var inForm) ? inForm.ToString() : null;
        var reply = new ArrayBufferWriter<byte>(64 * 1024);
        if (Of("method") == "API.getBulkRequest")
        {
            var items = Enumerable.Range(0, int.MaxValue).Select(i => form.TryGetValue($"urls[{i}]", out var item) ? item.ToString() : null).TakeWhile(i => i is not null);
            Join(reply, '[', items, ']', item => Answer(reply, name => Item(item!, name)));
        }
        else
        {
            Answer(reply, Of);
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = reply.WrittenCount;
        await http.Response.Body.WriteAsync(reply.WrittenMemory);
    }

    private void Answer(ArrayBufferWriter<byte> reply, Func<string, string?> of)
    {
        var (method, idSite) = (of("method") ?? "", of("idSite") ?? "");
        var report = method switch { "UserCountry.getCountry" => Countries, "VisitsSummary.get" => Summary, _ => null };
        if (report is null)
        {
            reply.Write(method switch
            {
                "API.getMatomoVersion" => """{"value":"5.2.0"}"""u8,
                "API.isPluginActivated" => """{"value":true}"""u8,
                "SitesManager.getSitesWithAtLeastViewAccess" => _sites,
                _ => "[]"u8,
            });
        }
        else if (idSite.Contains(',', StringComparison.Ordinal))
        {
            Join(reply, '{', idSite.Split(','), '}', site =>
            {
                reply.Write(Encoding.UTF8.GetBytes($"\"{site}\":"));
                Days(reply, of("date") ?? "", report);
            });
        }
        else
        {
            Days(reply, of("date") ?? "", report);
        }
    }

    private static void Days(ArrayBufferWriter<byte> reply, string date, byte[] day)
    {
        if (date.Split(',') is not [var from, var to])
        {
            reply.Write(day);
            return;
        }

        var first = DateOnly.ParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var days = DateOnly.ParseExact(to, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber - first.DayNumber + 1;
        Join(reply, '{', Enumerable.Range(0, days).Select(first.AddDays), '}', d =>
        {
            reply.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"{d:yyyy-MM-dd}\":")));
            reply.Write(day);
        });
    }

    private static void Join<T>(ArrayBufferWriter<byte> reply, char open, IEnumerable<T> items, char close, Action<T> write)
    {
        var before = (byte)open;
        foreach (var item in items)
        {
            reply.Write([before]);
            write(item);
            before = (byte)',';
        }

        reply.Write(before == (byte)',' ? [(byte)close] : [(byte)open, (byte)close]);
    }

    private static string? Item(string url, string name)
    {
        foreach (var pair in url.Split('&'))
        {
            if (pair.StartsWith(name, StringComparison.Ordinal) && pair.Length > name.Length && pair[name.Length] == '=')
            {
                return Uri.UnescapeDataString(pair[(name.Length + 1)..]);
            }
        }

        return null;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
