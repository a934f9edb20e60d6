using Tributary.Cli.Commands;
using Tributary.Cli.Output;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Cli.Tests;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("succeeded", false, 0)]
    [InlineData("skipped", false, 0)]
    [InlineData("skipped", true, 1)]
    [InlineData("succeeded skipped", true, 1)]
    [InlineData("succeeded succeeded_with_warnings", false, 0)]
    [InlineData("succeeded succeeded_with_warnings", true, 1)]
    [InlineData("partial", false, 5)]
    [InlineData("succeeded failed", false, 5)]
    [InlineData("skipped failed", false, 5)]
    [InlineData("failed failed", true, 3)]
    [InlineData("succeeded cancelled", false, 130)]
    [InlineData("failed cancelled", false, 130)]
    [InlineData("", true, 0)]
    public void Runs_come_to_one_code(string statuses, bool strict, int code)
    {
        var runs = statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(s => Run(Enum.Parse<RunStatus>(s.Replace("_", "", StringComparison.Ordinal), ignoreCase: true), Fault.Source))
            .ToList();

        Assert.Equal(code, ExitCode.Of(runs, strict));
    }

    [Theory]
    [InlineData(Fault.Setup, 2)]
    [InlineData(Fault.Source, 3)]
    [InlineData(Fault.Destination, 4)]
    [InlineData(Fault.Workspace, 6)]
    [InlineData(Fault.Defect, 70)]
    public void A_failed_run_names_whose_side_it_is(Fault fault, int code) =>
        Assert.Equal(code, ExitCode.Of([Run(RunStatus.Failed, fault)], strict: false));

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new InputException([new Problem("--end", "is before --start."), new Problem("--sites", "there is no site 9.")]), 2, "error: --end: is before --start.\nerror: --sites: there is no site 9.\nhint: `tributary doctor --help`" },
        { new TributaryException("store.newer", Fault.Workspace, "made by a newer version."), 6, "error: made by a newer version.\nhint: `tributary doctor`" },
        { new TributaryException("x", Fault.Destination, "full."), 4, "error: full.\nhint: " },
        { new MatomoException(MatomoErrorKind.HostNotFound, "no such host."), 3, "error: no such host.\nhint: `tributary account test NAME`" },
        { new IOException("No space left on device"), 6, "error: No space left on device\nhint: " },
        { new InvalidOperationException("odd " + Cli.Token), 70, "error: something went wrong inside Tributary: odd ***\nhint: this is a defect of ours." },
        { new TributaryException("x", Fault.Defect, "impossible."), 70, "error: something went wrong inside Tributary: impossible.\n" },
        { new OperationCanceledException(), 70, "error: something went wrong inside Tributary: " },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void A_failure_is_words_on_stderr_and_a_code(Exception failure, int code, string words)
    {
        var (terminal, output, error) = Cli.NewTerminal();

        Assert.Equal(code, ErrorReport.Of(failure, CommandNames.All(new TributaryCommand()).Single(c => c.Name == "doctor"), terminal, stopped: false));
        Assert.StartsWith(words, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
        Assert.DoesNotContain(Cli.Token, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Being_stopped_is_no_error()
    {
        var (terminal, _, error) = Cli.NewTerminal();

        Assert.Equal(130, ErrorReport.Of(new OperationCanceledException(), new TributaryCommand(), terminal, stopped: true));
        Assert.Equal("stopped.\n", error.ToString());
    }

    public static TheoryData<ConnectionStep[], int> Tests => new()
    {
        { [new("address", ConnectionStepResult.Ok, "fine"), new("token", ConnectionStepResult.Ok, "fine")], 0 },
        { [new("address", ConnectionStepResult.Failed, "no such host", new MatomoException(MatomoErrorKind.HostNotFound, "no such host"))], 3 },
        { [new("address", ConnectionStepResult.Ok, "fine"), new("tls", ConnectionStepResult.Failed, "expired"), new("matomo", ConnectionStepResult.NotReached, "")], 3 },
    };

    [Theory]
    [MemberData(nameof(Tests), DisableDiscoveryEnumeration = true)]
    public void A_failed_step_is_the_side_of_Matomo(ConnectionStep[] steps, int code) =>
        Assert.Equal(code, ConnectionSteps.ExitCodeOf(Some.Test(steps)));

    private static RunResult Run(RunStatus status, Fault fault) => new()
    {
        DataSet = "Pages",
        RunId = "r",
        Status = status,
        Error = status == RunStatus.Failed ? new RunError("x", "y", fault) : null,
    };
}
