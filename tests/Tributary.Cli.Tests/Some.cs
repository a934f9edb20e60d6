using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Cli.Tests;

/// <summary>Values to print.</summary>
internal static class Some
{
    public static DateTimeOffset Instant { get; } = new(2026, 3, 1, 6, 30, 15, 250, TimeSpan.FromHours(2));

    public static Account Account { get; } = new("a1", "Main", "https://matomo.example.org", "5.2.0", "valid", null, 2, Instant);

    public static RunWarning Warning { get; } = new("truncated", "Matomo kept 500 rows.", 2, new DateOnly(2026, 2, 28));

    public static ColumnDefinition Pages { get; } = new("label", ColumnType.Text, ColumnRole.Dimension) { Description = "The page" };

    public static ColumnDefinition Visits { get; } = new("nb_visits", ColumnType.Integer, ColumnRole.Metric) { Additivity = Additivity.Sum };

    public static RunResult Run { get; } = new()
    {
        DataSet = "Pages",
        RunId = "01H",
        Status = RunStatus.SucceededWithWarnings,
        Rows = 1234,
        Partitions = 7,
        PartitionsSkipped = 3,
        Requests = 2,
        BytesRead = 45_678,
        Elapsed = TimeSpan.FromMilliseconds(1234.5678),
        Warnings = [Warning, new RunWarning("note", "All is well.") { IsNote = true }],
    };

    public static DataSet DataSet { get; } = new(
        "d1",
        new DataSetDefinition
        {
            Name = "Pages",
            AccountId = "a1",
            Tags = ["web"],
            Details = new Details { Report = "Actions.getPageUrls", Sites = [1, 2], Start = DateChoice.Back(7), End = DateChoice.Fixed(new DateOnly(2026, 3, 1)), Segments = ["deviceType==smartphone"] },
        },
        "pages",
        "Main",
        "Actions")
    {
        Rows = 1234,
        Partitions = 7,
        LastRun = Run,
        LastRunAt = Instant,
        ReadAt = Instant,
        Schedule = new ScheduleExplanation("every day at 07:00 (UTC)", [new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero)], new ScheduleInput { DailyAt = "07:00", Retry = "3", RetryAfter = "15m" }),
        Columns = [Pages, Visits],
    };

    public static AccountTest Test(params ConnectionStep[] steps) => new(Account, steps, [new MatomoSite(1, "Shop \u3042", "Europe/Paris", "EUR")]);
}
