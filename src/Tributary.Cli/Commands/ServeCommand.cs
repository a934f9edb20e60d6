using System.CommandLine;
using System.Globalization;
using System.Net;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Terminals;
using Tributary.DataCenter;
using Tributary.Model;

namespace Tributary.Cli.Commands;

internal sealed class ServeCommand : CliCommand
{
    private const int DefaultAtOnce = 2;

    private readonly Option<string> _role = Kinds.Choice("--role", "What this process does: worker makes runs, web serves the Data Center, all does both. Default: all.", "worker", "web", "all");
    private readonly Option<int?> _parallel = Kinds.Number("--parallel", $"DataSets updated at the same time. Default: {DefaultAtOnce}.", 1, 64);
    private readonly Option<int?> _port = Kinds.Number("--port", $"The port of the Data Center, or of a worker's health and metrics; 0 takes a free one. Default: {WebServer.DefaultPort}, of a worker {WebServer.DefaultWorkerPort}, or a free one when that is taken.", 0, 65_535);
    private readonly Option<string> _listen = Kinds.Text("--listen", "ADDRESS", "The address it listens on. Default: 127.0.0.1, so that only this machine reaches it.");
    private readonly Option<string> _certificate = Kinds.Text("--certificate", "FILE", "A PKCS#12 file (.pfx) to serve HTTPS with.");
    private readonly Option<string> _certificatePassword = Kinds.Text("--certificate-password-env", "NAME", "The environment variable with that file's password.");
    private readonly Option<string> _public = Kinds.Text("--public-address", "URL", "The address people reach it by where a proxy stands in front, such as https://stats.example.com.");
    private readonly Option<string> _authority = Kinds.Text("--openid-authority", "URL", "The address of an OpenID Connect provider that people may sign in with.");
    private readonly Option<string> _client = Kinds.Text("--openid-client", "ID", "The client id it knows the Data Center by.");
    private readonly Option<string> _secret = Kinds.Text("--openid-secret-env", "NAME", "The environment variable with the client's secret.");

    public ServeCommand()
        : base("serve", "Serve the Data Center, update DataSets by their schedules, and make the runs others ask for, until stopped. Ctrl-C ends it cleanly: what is at work is queued again.",
            "tributary serve",
            "tributary serve --role worker --parallel 4",
            "tributary serve --listen 0.0.0.0 --certificate stats.pfx --certificate-password-env PFX_PASSWORD")
    {
        AddAll([_role, _parallel, _port, _listen, _certificate, _certificatePassword, _public, _authority, _client, _secret]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var role = call.Value(_role) ?? "all";
        var options = WebOptions(call, role);
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var dataSets = await workspace.ListDataSetLinesAsync(null, cancellationToken);
        var next = dataSets.Where(d => d.NextRunAt is not null).OrderBy(d => d.NextRunAt).ToList();
        var atOnce = call.Value(_parallel) ?? DefaultAtOnce;
        call.Say($"Working on {workspace.Folder}: {Words.Count(dataSets.Count, "DataSet")}, {next.Count.ToString(CultureInfo.InvariantCulture)} with a schedule, {Words.Count(atOnce, "run")} at once. Ctrl-C stops it.");
        if (next.Count > 0)
        {
            call.Say($"Next: {next[0].Name} at {Words.Moment(next[0].NextRunAt!.Value)}.");
        }

        await using IAsyncDisposable server = role == "worker"
            ? await WebServer.StartOperationsAsync(workspace, options, call.Given(_port), call, cancellationToken)
            : await WebServer.StartAsync(workspace, options, call.Given(_port), call, cancellationToken);
        if (role == "web")
        {
            call.Terminal.Flush();
            await Interruption.WaitAsync(cancellationToken);
        }
        else
        {
            await workspace.WorkAsync(atOnce, line => call.Say($"{Words.Instant(Seconds(call.Terminal.Clock.GetUtcNow()))} {TextTable.Clean(line)}"), cancellationToken);
        }

        call.Say("stopped.");
        return ExitCode.Ok;
    }

    private DataCenterOptions WebOptions(Call call, string role)
    {
        var address = IPAddress.Loopback;
        if (call.Value(_listen) is { } listen && !IPAddress.TryParse(listen == "localhost" ? "127.0.0.1" : listen, out address))
        {
            throw new InputException("--listen", $"'{listen}' is not an IP address. Write 127.0.0.1 for this machine alone, 0.0.0.0 for every address it has.");
        }

        return new DataCenterOptions
        {
            Address = address!,
            Port = call.Value(_port) ?? (role == "worker" ? WebServer.DefaultWorkerPort : WebServer.DefaultPort),
            CertificateFile = call.Value(_certificate),
            CertificatePassword = Secret(call, _certificatePassword),
            PublicAddress = PublicAddress(call),
            OpenId = OpenId(call),
            HasWorker = role == "all",
            MakesRuns = role != "web",
            Sample = WebServer.SampleOf(call.Terminal.Clock),
            Defect = call.Say,
        };
    }

    private Uri? PublicAddress(Call call) => call.Value(_public) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.PathAndQuery == "/" ? uri
        : throw new InputException("--public-address", $"'{text}' is not the address of a host. Write scheme and host alone: https://stats.example.com");

    private OpenIdOptions? OpenId(Call call)
    {
        if (call.Value(_authority) is not { } authority)
        {
            return null;
        }

        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            throw new InputException("--openid-authority", $"'{authority}' is not an address. Write it whole: https://id.example.org/realms/company");
        }

        return new OpenIdOptions
        {
            Authority = uri,
            ClientId = call.Value(_client) ?? throw new InputException("--openid-client", "Say as which client the provider knows the Data Center."),
            ClientSecret = Secret(call, _secret) ?? throw new InputException("--openid-secret-env", "Name the environment variable that holds the client's secret."),
        };
    }

    private static string? Secret(Call call, Option<string> option) => call.Value(option) is { } name ? call.Variable(option.Name, name) : null;

    private static DateTimeOffset Seconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
