namespace Tributary.SampleMatomo.Tests;

public sealed class FaultTests
{
    private const string Day = "idSite=1&period=day&date=2026-11-20";

    [Theory]
    [InlineData("late:1500", SampleFaultKind.Late, 1500)]
    [InlineData("cut", SampleFaultKind.Cut, 0)]
    [InlineData("status:429", SampleFaultKind.Status, 429)]
    [InlineData("html:login", SampleFaultKind.HtmlLogin, 0)]
    [InlineData("html:maintenance", SampleFaultKind.HtmlMaintenance, 0)]
    [InlineData("html:firewall", SampleFaultKind.HtmlFirewall, 0)]
    [InlineData("memory:1000", SampleFaultKind.Memory, 1000)]
    [InlineData("warning", SampleFaultKind.Warning, 0)]
    [InlineData("empty", SampleFaultKind.Empty, 0)]
    public void Reads_the_faults_of_the_command_line(string text, SampleFaultKind kind, int number)
    {
        var fault = SampleFault.Parse(text);
        Assert.Equal((kind, number), (fault.Kind, fault.Number));
    }

    [Fact]
    public void Reads_the_seconds_to_wait_and_the_silent_day()
    {
        Assert.Equal(7, SampleFault.Parse("status:503:7").RetryAfter);
        Assert.Equal(new DateOnly(2026, 10, 14), SampleFault.Parse("zero:2026-10-14").Date);
    }

    [Theory]
    [InlineData("")]
    [InlineData("late")]
    [InlineData("late:-1")]
    [InlineData("status:9999")]
    [InlineData("html:other")]
    [InlineData("zero:yesterday")]
    [InlineData("cut:1")]
    public void Says_what_it_would_understand(string text) => Assert.Contains("zero:YYYY-MM-DD", Assert.Throws<FormatException>(() => SampleFault.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("status:429:7", 429, "text/html")]
    [InlineData("html:login", 200, "text/html")]
    [InlineData("html:maintenance", 503, "text/html")]
    [InlineData("html:firewall", 403, "text/html")]
    [InlineData("empty", 200, "text/html")]
    [InlineData("memory:5", 500, "text/html")]
    public async Task A_fault_spoils_reports_as_often_as_told_and_no_lists(string text, int status, string type)
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 10 });
        sample.AddFault(SampleFault.Parse(text) with { Times = 1 });
        Assert.Equal(200, (await RunningSample.AskAsync(sample, "API.getMatomoVersion")).Status);
        var spoilt = await RunningSample.AskAsync(sample, "UserCountry.getCountry", Day);
        Assert.Equal(status, spoilt.Status);
        Assert.StartsWith(type, spoilt.ContentType, StringComparison.Ordinal);
        Assert.NotEmpty((await RunningSample.AskAsync(sample, "UserCountry.getCountry", Day)).Rows);
    }

    [Fact]
    public async Task A_cut_answer_breaks_off_in_the_middle()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 10, Faults = [SampleFault.Parse("cut")] });
        await Assert.ThrowsAsync<HttpRequestException>(() => RunningSample.AskAsync(sample, "UserCountry.getCountry", Day));
        sample.ClearFaults();
        Assert.Equal(200, (await RunningSample.AskAsync(sample, "UserCountry.getCountry", Day)).Status);
    }

    [Fact]
    public async Task A_notice_stands_before_the_answer()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 10, Faults = [SampleFault.Parse("warning")] });
        var body = (await RunningSample.AskAsync(sample, "VisitsSummary.get", Day)).Body;
        Assert.StartsWith("<br />\n<b>Notice</b>", body, StringComparison.Ordinal);
        Assert.EndsWith("}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_day_answers_as_if_nobody_had_come()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 10, Faults = [SampleFault.Parse("zero:2026-11-20")] });
        Assert.Equal(0, (await RunningSample.AskAsync(sample, "VisitsSummary.get", Day)).Json.Number("nb_visits"));
        Assert.Empty((await RunningSample.AskAsync(sample, "UserCountry.getCountry", Day)).Rows);
        Assert.NotEmpty((await RunningSample.AskAsync(sample, "UserCountry.getCountry", Day.Replace("20", "21", StringComparison.Ordinal).Replace("2126", "2026", StringComparison.Ordinal))).Rows);
        sample.ClearFaults();
        Assert.True((await RunningSample.AskAsync(sample, "VisitsSummary.get", Day)).Json.Number("nb_visits") > 0);
    }

    [Fact]
    public async Task A_late_answer_waits_for_the_clock()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(RunningSample.Now) { AutoAdvanceAmount = TimeSpan.Zero };
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 10, Clock = clock, RequestMs = 30, Faults = [SampleFault.Parse("late:60000")] });
        var asked = RunningSample.AskAsync(sample, "VisitsSummary.get", Day);
        while (!asked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }

        Assert.Equal(200, (await asked).Status);
        Assert.True(clock.GetUtcNow() - RunningSample.Now >= TimeSpan.FromSeconds(60));
    }
}
