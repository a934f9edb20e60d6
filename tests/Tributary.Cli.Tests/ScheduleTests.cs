namespace Tributary.Cli.Tests;

public sealed class ScheduleTests(SampleWorkspace sample) : IClassFixture<SampleWorkspace>
{
    [Fact]
    public async Task A_DataSet_tells_its_schedule_in_words_and_the_next_times()
    {
        var added = await sample.RunAsync(
            "dataset", "add", "Hourly", "--account", "Main", "--report", "UserCountry.getCountry", "--every", "1h", "--active-hours", "8-18", "--time-zone", "Europe/Paris", "--expect-every", "26h");
        var shown = await sample.RunAsync("dataset", "show", "Hourly");
        var listed = await sample.RunAsync("dataset", "list", "--json");

        Assert.Equal(0, added.ExitCode);
        Assert.Contains("`tributary serve` updates it every hour from 08:00 to 17:00 (Europe/Paris), first at ", added.Error, StringComparison.Ordinal);
        Assert.Matches("schedule +every hour from 08:00 to 17:00 \\(Europe/Paris\\)\n", shown.Out);
        Assert.Matches("next updates +([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:00Z(, )?){5}\n", shown.Out);
        Assert.Matches("retries +3, 15m apart\n", shown.Out);
        Assert.Matches("expected every +26h\n", shown.Out);
        Assert.Contains("\"schedule\": \"every hour from 08:00 to 17:00 (Europe/Paris)\"", listed.Out, StringComparison.Ordinal);
        Assert.Contains("\"schedule\": \"by hand\",\n    \"next_run_at\": null", listed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_schedules_are_one_too_many_and_nothing_is_added()
    {
        var added = await sample.RunAsync("dataset", "add", "Twice", "--account", "Main", "--report", "UserCountry.getCountry", "--every", "1h", "--daily-at", "07:00");

        Assert.Equal((2, ""), (added.ExitCode, added.Out));
        Assert.StartsWith("error: --daily-at: --every and --daily-at exclude each other", added.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Twice", (await sample.RunAsync("dataset", "list")).Out, StringComparison.Ordinal);
    }
}
