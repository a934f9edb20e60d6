using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class TestCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The destination.");
    private readonly Option<bool> _json = Kinds.Json();

    public TestCommand()
        : base("test", "Test a destination step by step: the way there, the rights, a table written, read and removed again.", "tributary destination test Warehouse")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var destination = await workspace.Destinations.GetAsync(call.Value(_name), cancellationToken);
        var steps = new List<Tributary.Destinations.DestinationStep>();
        await foreach (var step in workspace.Destinations.TestAsync(call.Value(_name), cancellationToken))
        {
            DestinationPrint.Step(step, call.Terminal);
            steps.Add(step);
        }

        var test = new DestinationTest(destination, steps);
        if (call.Value(_json))
        {
            call.WriteJson(DestinationTestForm.Of(test), JsonForms.Indented.DestinationTestForm);
        }

        return test.IsFine ? ExitCode.Ok : ExitCode.Destination;
    }
}
