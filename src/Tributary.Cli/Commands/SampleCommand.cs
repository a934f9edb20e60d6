using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Cli.Terminals;
using Tributary.DataCenter.Forms;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Cli.Commands;

internal sealed class SampleCommand : CliCommand
{
    private readonly Option<int?> _port = Kinds.Number("--port", "The port on loopback. Default: a free one.", 0, 65_535);
    private readonly Option<int?> _days = Kinds.Number("--days", "Days of visits before today.", 1);
    private readonly Option<int?> _visits = Kinds.Number("--visits-per-day", "Visits a day of an average site.", 0);
    private readonly Option<int?> _sites = Kinds.Number("--sites", "How many sites.", 1, 999);
    private readonly Option<int?> _goals = Kinds.Number("--goals", "How many goals a site has at least.", 0, 120);
    private readonly Option<string> _version = Kinds.Text("--matomo-version", "VERSION", "The version it says it is; before 5 it behaves as Matomo 4.16. Default: 5.2.0.");
    private readonly Option<string[]> _pluginsOff = Kinds.Texts("--plugin-off", "PLUGIN", "A plugin that is switched off, such as Events. Repeatable.");
    private readonly Option<int?> _logOff = Kinds.Number("--visits-log-off", "A site whose visits log is switched off.", 1);
    private readonly Option<int?> _seed = Kinds.Number("--seed", "The same seed makes the same visits.", 0);
    private readonly Option<int?> _requestMs = Kinds.Number("--request-ms", "Milliseconds every request takes.", 0);
    private readonly Option<int?> _msPerMb = Kinds.Number("--ms-per-mb", "Milliseconds a megabyte of answer takes.", 0);
    private readonly Option<int?> _parallel = Kinds.Number("--parallel", "Requests worked on at a time; 0 is unlimited.", 0);
    private readonly Option<string> _profile = Kinds.Choice("--profile", "What answering costs: real, as measured on a Matomo of two workers; far, 200 ms away; weak, out of memory above 20,000 rows; limited, 60 requests a minute. --request-ms, --ms-per-mb, --parallel go before it.", [.. SampleProfile.Names]);
    private readonly Option<string[]> _faults = Kinds.Texts("--fault", "FAULT", "Misbehave: late:MS, cut, status:CODE[:RETRY_AFTER], html:login|maintenance|firewall, memory:ROWS, warning, zero:DATE, empty. Repeatable.");
    private readonly Option<bool> _json = Kinds.Switch("--json", "Print one line of JSON when ready.");

    public SampleCommand()
        : base("sample", "Serve a sample Matomo on loopback until stopped, to try things on. Its visits are made up.",
            "tributary sample --port 8099 --days 90",
            "tributary sample --fault status:503:5 --json")
    {
        AddAll([_port, _days, _visits, _sites, _goals, _version, _pluginsOff, _logOff, _seed, _requestMs, _msPerMb, _parallel, _profile, _faults, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(ReadOptions(call), cancellationToken);

        if (call.Value(_json))
        {
            var form = new SampleForm(
                sample.Address.ToString(),
                new SampleTokensForm(sample.Tokens.Super, sample.Tokens.View, sample.Tokens.SecureOnly),
                [.. sample.Sites.Select(s => new SampleSiteForm(s.SiteId, s.Name, s.TimeZone, s.Currency))]);
            call.WriteJson(form, JsonForms.OneLine.SampleForm);
        }
        else
        {
            WriteWords(sample, call.Terminal.Out);
        }

        call.Terminal.Flush();
        await Interruption.WaitAsync(cancellationToken);
        return ExitCode.Ok;
    }

    private static void WriteWords(SampleMatomo.SampleMatomo sample, TextWriter writer)
    {
        writer.WriteLine($"A sample Matomo serves at {sample.Address}");
        writer.WriteLine($"token, super user   {sample.Tokens.Super}");
        writer.WriteLine($"token, view         {sample.Tokens.View}");
        writer.WriteLine($"token, secure only  {sample.Tokens.SecureOnly}");
        writer.WriteLine();
        var table = new TextTable("SITE", "NAME", "ZONE", "CURRENCY").AlignRight(0);
        foreach (var site in sample.Sites)
        {
            table.Add(RowText.Of(site.SiteId), site.Name, site.TimeZone, site.Currency);
        }

        table.Write(writer, null);
        writer.WriteLine();
        writer.WriteLine("Ctrl-C stops it.");
    }

    private SampleMatomoOptions ReadOptions(Call call)
    {
        var options = call.Value(_profile) is { } profile ? SampleProfile.Of(profile) : new SampleMatomoOptions();
        return options with
        {
            Port = call.Value(_port) ?? options.Port,
            Days = call.Value(_days) ?? options.Days,
            VisitsPerDay = call.Value(_visits) ?? options.VisitsPerDay,
            Sites = call.Value(_sites) ?? options.Sites,
            Goals = call.Value(_goals) ?? options.Goals,
            Version = call.Value(_version) ?? options.Version,
            PluginsOff = call.Value(_pluginsOff) ?? [],
            VisitsLogOffSites = call.Value(_logOff) is { } site ? [site] : [],
            Seed = call.Value(_seed) ?? options.Seed,
            RequestMs = call.Value(_requestMs) ?? options.RequestMs,
            MsPerMb = call.Value(_msPerMb) ?? options.MsPerMb,
            Parallel = call.Value(_parallel) ?? options.Parallel,
            Clock = call.Terminal.Clock,
            Faults = [.. options.Faults, .. (call.Value(_faults) ?? []).Select(Fault)],
        };
    }

    private static SampleFault Fault(string text)
    {
        try
        {
            return SampleFault.Parse(text);
        }
        catch (FormatException e)
        {
            throw new InputException("--fault", e.Message);
        }
    }
}
