using System.CommandLine;
using System.Globalization;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Model;

namespace Tributary.Cli.Commands;

internal sealed class ServeCommand : CliCommand
{
    private const int DefaultAtOnce = 2;

    private readonly Option<string> _role = Kinds.Choice("--role", "What this process does: worker or all. Default: all. The Data Center (web) is not there yet, so both are the same.", "worker", "all", "web");
    private readonly Option<int?> _parallel = Kinds.Number("--parallel", $"DataSets updated at the same time. Default: {DefaultAtOnce}.", 1, 64);

    public ServeCommand()
        : base("serve", "Update DataSets by their schedules, and make the runs others ask for, until stopped. Ctrl-C ends it cleanly: what is at work is queued again.",
            "tributary serve",
            "tributary serve --role worker --parallel 4")
    {
        AddAll([_role, _parallel]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Value(_role) == "web")
        {
            throw new InputException("--role", "This version has no Data Center yet. Leave --role out, or write worker.");
        }

        var atOnce = call.Value(_parallel) ?? DefaultAtOnce;
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var dataSets = await workspace.ListDataSetsAsync(cancellationToken);
        var next = dataSets.Where(d => d.Schedule.Next.Count > 0).OrderBy(d => d.Schedule.Next[0]).ToList();
        call.Say($"Working on {workspace.Folder}: {Words.Count(dataSets.Count, "DataSet")}, {next.Count.ToString(CultureInfo.InvariantCulture)} with a schedule, {Words.Count(atOnce, "run")} at once. Ctrl-C stops it.");
        if (next.Count > 0)
        {
            call.Say($"Next: {next[0].Definition.Name} at {Words.Moment(next[0].Schedule.Next[0])}.");
        }

        await workspace.WorkAsync(atOnce, line => call.Say($"{Words.Instant(Seconds(call.Terminal.Clock.GetUtcNow()))} {TextTable.Clean(line)}"), cancellationToken);
        call.Say("stopped.");
        return ExitCode.Ok;
    }

    private static DateTimeOffset Seconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
