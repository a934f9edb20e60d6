using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class AnswerTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Reads_compressed_answers(string encoding)
    {
        var recording = Recordings.Get("5.2/PageUrls/getEntryPageUrls.flat.site3.day");
        await using var server = ScriptedServer.Start().Always((ScriptedReply.Of(recording) with { Body = Compress(recording.Body, encoding) }).With("Content-Encoding", encoding));
        using var client = Some.Client(server);

        var result = await client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);

        Assert.Equal(recording.Body.Length, result.Bytes);
        Assert.InRange(result.Rows, 1, long.MaxValue);
        Assert.Null(result.Notice);
    }

    [Fact]
    public async Task Tells_a_compressed_answer_that_is_cut_or_broken()
    {
        var body = Compress(Recordings.Get("5.2/PageUrls/getEntryPageUrls.flat.site3.day").Body, "gzip");
        await using var server = ScriptedServer.Start().Always((ScriptedReply.Json("") with { Body = body.AsMemory(0, body.Length / 2) }).With("Content-Encoding", "gzip"));

        Assert.Equal(MatomoErrorKind.CutOff, (await Some.FailureAsync(server)).Kind);
    }

    [Fact]
    public async Task Does_not_follow_a_redirect_and_names_the_address_to_use()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Html("moved", 302).With("Location", "https://stats.example.org/matomo/index.php?module=API&token_auth=" + CanaryToken.Value));

        var error = await Some.FailureAsync(server);

        Assert.Equal(MatomoErrorKind.Redirected, error.Kind);
        Assert.Contains("https://stats.example.org/matomo/. A token", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Tells_that_the_web_server_wants_credentials()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Html("<h1>Unauthorized</h1>", 401).With("WWW-Authenticate", "Basic realm=\"stats\""));

        Assert.Equal(MatomoErrorKind.HttpAuthentication, (await Some.FailureAsync(server)).Kind);
    }

    [Fact]
    public async Task The_status_counts_even_when_its_page_is_cut()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Html("<html>Bad gateway</html>", 502) with { CutAfter = 10 });

        Assert.Equal(MatomoErrorKind.Unavailable, (await Some.FailureAsync(server, Some.Options with { Retries = 0 })).Kind);
    }

    [Fact]
    public async Task A_recorded_notice_is_told_beside_the_data()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Of(Recordings.Get("4.16/Notices/v4.5.0.html.Actions.getPageUrls.day")));
        using var client = Some.Client(server);

        var result = await client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);

        Assert.StartsWith("Deprecated : Function utf8_encode() is deprecated in", result.Notice, StringComparison.Ordinal);
        Assert.InRange(result.Rows, 2, long.MaxValue);
    }

    [Fact]
    public async Task Tells_a_host_that_does_not_exist_and_a_port_where_nothing_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.Equal(MatomoErrorKind.HostNotFound, (await FailureAtAsync("http://nosuchhost.invalid/")).Kind);
        Assert.Equal(MatomoErrorKind.Connection, (await FailureAtAsync($"http://localhost:{port}/")).Kind);
    }

    [Fact]
    public async Task Trusts_a_certificate_only_when_its_authority_is_named()
    {
        using var certificate = Certificates.SelfSigned();
        await using var server = ScriptedServer.StartTls(certificate).Always(ScriptedReply.Json("[]"));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        try
        {
            Assert.Equal(MatomoErrorKind.Tls, (await Some.FailureAsync(server)).Kind);
            using var client = Some.Client(server, Some.Options with { CaFile = file });

            await client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("nosuchfile.pem", "cannot be read")]
    [InlineData(null, "holds no certificate")]
    public void Says_what_is_wrong_with_a_certificate_file(string? name, string words)
    {
        var file = name ?? Path.GetTempFileName();

        var error = Assert.Throws<ArgumentException>(() => new MatomoClient(
            MatomoEndpoint.Parse("https://example.org"), AccessToken.Anonymous, new MatomoClientOptions { CaFile = file }, TimeProvider.System));

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Speaks_through_a_proxy()
    {
        await using var proxy = ScriptedServer.Start().Always(ScriptedReply.Json("[]"));
        using var client = new MatomoClient(
            MatomoEndpoint.Parse("http://behind.invalid/"),
            new AccessToken(CanaryToken.Value),
            Some.Options with { Proxy = proxy.Address },
            TimeProvider.System);

        await client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);

        Assert.StartsWith("http://behind.invalid/index.php?module=API", Assert.Single(proxy.Requests).Target, StringComparison.Ordinal);
    }

    private static async Task<MatomoException> FailureAtAsync(string address)
    {
        using var client = new MatomoClient(MatomoEndpoint.Parse(address), new AccessToken(CanaryToken.Value), Some.Options with { Retries = 0 }, TimeProvider.System);
        return await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken));
    }

    private static byte[] Compress(byte[] body, string encoding)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(bytes, CompressionLevel.Fastest),
            "br" => new BrotliStream(bytes, CompressionLevel.Fastest),
            _ => new ZLibStream(bytes, CompressionLevel.Fastest),
        })
        {
            stream.Write(body);
        }

        return bytes.ToArray();
    }
}
