using System.CommandLine;
using Tributary.Accounts;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Cli.Output.Progress;
using Tributary.DataCenter;
using Tributary.DataCenter.Forms;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Cli.Commands;

internal sealed class DemoCommand : CliCommand
{
    private const string AccountName = "Sample Matomo";

    private readonly Option<bool> _once = Kinds.Switch("--once", "End when the tables are there, instead of opening the Data Center over them.");
    private readonly Option<int?> _port = Kinds.Number("--port", "The sample Matomo's port on loopback. Default: a free one.", 0, 65_535);
    private readonly Option<bool> _json = Kinds.Json();

    public DemoCommand()
        : base("demo", "Start a sample Matomo, read a DataSet for every group of reports from it, show what came, and open the Data Center over it. It works in a folder of its own unless --workspace names one.",
            "tributary demo --once",
            "tributary demo --workspace ./try-it")
    {
        AddAll([_once, _port, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var folder = call.NamedFolder ?? WorkspaceFolder.Demo();
        call.Say($"The demo's workspace is {folder}");
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Port = call.Value(_port) ?? 0, Days = 30, Clock = call.Terminal.Clock }, cancellationToken);
        call.Say($"A sample Matomo serves at {sample.Address}");

        int code;
        await using (var workspace = await Workspace.OpenAsync(folder, call.Terminal.Clock, Call.Options(call.Terminal) with { Store = null }, cancellationToken))
        {
            await ClearAsync(workspace, cancellationToken);
            await AddAsync(workspace, sample, call, cancellationToken);
            var runs = await RunDisplay.ShowAsync(call.Terminal, progress => workspace.RunAsync(new RunRequest { Names = DemoDataSets.Names }, progress, cancellationToken));
            Print(runs, await workspace.ListDataSetsAsync(cancellationToken), call);
            code = ExitCode.Of(runs, strict: false);
        }

        call.Say("Ask the tables, for example:");
        call.Say($"  tributary query --workspace {CommandText.Quote(folder)} \"SELECT label, sum(nb_visits) AS visits FROM countries GROUP BY 1 ORDER BY 2 DESC\"");
        if (!call.Value(_once) && code == ExitCode.Ok)
        {
            await ServeAsync(folder, sample, call, cancellationToken);
        }

        return code;
    }

    /// <summary>Ends in the Data Center, over what was just filled.</summary>
    private static async Task ServeAsync(string folder, SampleMatomo.SampleMatomo sample, Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(folder, call.Terminal.Clock, Call.Options(call.Terminal) with { Store = null }, cancellationToken);
        var options = new DataCenterOptions
        {
            Port = WebServer.DefaultPort,
            Sample = _ => Task.FromResult(new SampleServer(sample.Address, sample.Tokens.SecureOnly, () => ValueTask.CompletedTask)),
            Defect = call.Say,
        };
        await using var server = await WebServer.StartAsync(workspace, options, isPortGiven: false, call, cancellationToken);
        call.Say("It runs until Ctrl-C, and so does the sample Matomo.");
        call.Terminal.Flush();
        await workspace.WorkAsync(2, _ => { }, cancellationToken);
    }

    /// <summary>Takes away what an earlier demo left. A DataSet of a person's own under one of the names stops the demo instead.</summary>
    private static async Task ClearAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var earlier = (await workspace.ListDataSetsAsync(cancellationToken))
            .Where(d => DemoDataSets.Names.Contains(d.Definition.Name, StringComparer.OrdinalIgnoreCase))
            .ToList();
        if (earlier.Find(d => !string.Equals(d.AccountName, AccountName, StringComparison.Ordinal)) is { } own)
        {
            throw new InputException("--workspace", $"{workspace.Folder} has a DataSet {own.Definition.Name} that is not the demo's. Name another folder.");
        }

        foreach (var dataSet in earlier)
        {
            await workspace.DeleteDataSetAsync(dataSet.Definition.Name, keepData: false, cancellationToken);
        }

        if ((await workspace.Accounts.ListAsync(cancellationToken)).Any(a => string.Equals(a.Name, AccountName, StringComparison.Ordinal)))
        {
            await workspace.Accounts.RemoveAsync(AccountName, cancellationToken);
        }
    }

    private static async Task AddAsync(Workspace workspace, SampleMatomo.SampleMatomo sample, Call call, CancellationToken cancellationToken)
    {
        // The sample makes this token up at each start and knows no other secret; it sees all sites.
        var test = await workspace.Accounts.AddAsync(
            new NewAccount { Name = AccountName, Url = sample.Address.ToString(), Token = new AccessToken(sample.Tokens.SecureOnly) }, cancellationToken);
        if (ConnectionSteps.ExitCodeOf(test) != ExitCode.Ok)
        {
            ConnectionSteps.Say(test, call.Terminal);
            throw new TributaryException("demo.sample", Fault.Defect, "the sample Matomo does not pass the test of its account.");
        }

        var (url, site) = await MostViewedAsync(workspace, cancellationToken);
        foreach (var (name, details) in DemoDataSets.Of(url, site))
        {
            await workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = AccountName, Details = details, Settings = new DataSetSettings { Tags = ["demo"] } }, cancellationToken);
        }
    }

    private static async Task<(string Url, string Site)> MostViewedAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var preview = await workspace.PreviewAsync(AccountName, DemoDataSets.MostViewed, 500, cancellationToken);
        var names = preview.Columns.Select(c => c.Name).ToList();
        var (url, site, hits) = (names.IndexOf("url"), names.IndexOf("site_id"), names.IndexOf("nb_hits"));
        var row = preview.Rows.Where(r => r[url] is string).OrderByDescending(r => r[hits] as long? ?? 0).FirstOrDefault()
            ?? throw new TributaryException("demo.sample", Fault.Defect, "the sample Matomo has no pages.");
        return ((string)row[url]!, RowText.Of(row[site]));
    }

    private void Print(IReadOnlyList<RunResult> runs, IReadOnlyList<DataSet> dataSets, Call call)
    {
        var rows = runs.Select(r =>
        {
            var dataSet = dataSets.First(d => string.Equals(d.Definition.Name, r.DataSet, StringComparison.Ordinal));
            return new DemoDataSetForm(
                r.DataSet, dataSet.Group, dataSet.Definition.Details.Report, Words.Snake(r.Status), r.Rows, r.Partitions, r.Requests, Math.Round(r.Elapsed.TotalSeconds, 3));
        }).ToList();
        if (call.Value(_json))
        {
            call.WriteJson(new DemoForm(rows), JsonForms.Indented.DemoForm);
        }
        else
        {
            call.WriteTable(DemoTable(rows));
        }

        RunWords.SayFindings(runs, call.Terminal);
    }

    private static TextTable DemoTable(IEnumerable<DemoDataSetForm> rows)
    {
        var table = new TextTable("DATASET", "GROUP", "REPORT", "STATUS", "ROWS", "PARTITIONS", "REQUESTS", "SECONDS").AlignRight(4, 5, 6, 7);
        foreach (var row in rows)
        {
            table.Add(
                row.Name, row.Group, row.Report, row.Status.Replace('_', ' '), Words.Number(row.Rows), Words.Number(row.Partitions), Words.Number(row.Requests),
                Words.Seconds(TimeSpan.FromSeconds(row.Seconds)));
        }

        return table;
    }
}
