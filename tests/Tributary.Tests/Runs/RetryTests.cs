using Tributary.Matomo;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Tests.Runs;

public sealed class RetryTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly RetryPolicy Twice = new(2, TimeSpan.FromMinutes(10));
    private static readonly RunResult Failed = new() { DataSet = "Pages", RunId = "r", Status = RunStatus.Failed, Error = new RunError("matomo.timeout", "Late.", Fault.Source) };

    [Theory]
    [InlineData(RunStatus.Failed, true)]
    [InlineData(RunStatus.Partial, true)]
    [InlineData(RunStatus.Succeeded, false)]
    [InlineData(RunStatus.SucceededWithWarnings, false)]
    [InlineData(RunStatus.Cancelled, false)]
    public void A_scheduled_run_that_failed_is_tried_again_after_the_pause(RunStatus status, bool again)
    {
        var run = new NewRun("d", RunTriggers.Scheduled) { FirstTry = "r", DueAt = Now };

        Assert.Equal(again ? run with { Attempt = 2, NotBefore = Now.AddMinutes(10) } : null, Retries.After(run, Failed with { Status = status }, Twice, Now));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void It_is_tried_again_as_often_as_wanted(int attempt, bool again)
    {
        Assert.Equal(again, Retries.After(new NewRun("d", RunTriggers.Scheduled) { Attempt = attempt }, Failed, Twice, Now) is not null);
        Assert.Null(Retries.After(new NewRun("d", RunTriggers.Scheduled) { Attempt = attempt }, Failed, RetryPolicy.None, Now));
    }

    [Fact]
    public void A_run_by_hand_is_not_tried_again() => Assert.Null(Retries.After(new NewRun("d", RunTriggers.Manual), Failed, Twice, Now));

    [Theory]
    [InlineData(MatomoErrorKind.Authentication, Fault.Source)]
    [InlineData(MatomoErrorKind.LockedOut, Fault.Source)]
    [InlineData(MatomoErrorKind.UnknownMethod, Fault.Source)]
    [InlineData(MatomoErrorKind.PluginMissing, Fault.Source)]
    [InlineData(MatomoErrorKind.InvalidSegment, Fault.Setup)]
    public void What_needs_a_person_is_not_tried_again(MatomoErrorKind kind, Fault fault) => Assert.Null(
        Retries.After(new NewRun("d", RunTriggers.Scheduled), Failed with { Error = new RunError(RunErrors.CodeOf(kind), "No.", fault) }, Twice, Now));

    [Theory]
    [InlineData("account.needs_attention", Fault.Source, true)]
    [InlineData("workspace.key_missing", Fault.Workspace, true)]
    [InlineData("workspace.locked", Fault.Workspace, false)]
    [InlineData("destination.file_busy", Fault.Destination, false)]
    [InlineData("matomo.rate_limited", Fault.Source, false)]
    [InlineData("defect", Fault.Defect, false)]
    public void It_is_known_what_needs_a_person(string code, Fault fault, bool needs) => Assert.Equal(needs, Retries.NeedsPerson(new RunError(code, "No.", fault)));
}
