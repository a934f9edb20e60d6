using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Testing;

/// <summary>What a test starts as another process: the test program itself, told by <see cref="Variable"/> what to be.</summary>
public static class ChildProgram
{
    public const string Variable = "TRIBUTARY_TEST_CHILD";

    /// <summary>Opens a destination that the parent names in words of its own; set by test programs whose destinations this library does not know.</summary>
    public static Func<string, IDestination>? Open { get; set; }

    /// <summary>Rows of each of the partitions of window <paramref name="n"/>: never the same from one window to the next.</summary>
    public static long RowsOf(long n) => 2_000 + (n % 7 * 100);

    public static IReadOnlyList<DateOnly> Days { get; } = [new(2026, 5, 1), new(2026, 5, 2), new(2026, 5, 3)];

    /// <summary>The partitions window <paramref name="n"/> leaves behind.</summary>
    public static IReadOnlyList<PartitionRecord> PartitionsOf(long n) =>
        [.. Days.Select(d => new PartitionRecord(new PartitionKey(1, Period.Day, d, d), PartitionState.Provisional, RowsOf(n), DateTimeOffset.UnixEpoch, Text(n)))];

    /// <summary>Called as the test assembly is loaded; does nothing unless this is a child.</summary>
    public static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not { } asked)
        {
            return;
        }

        switch (asked)
        {
            case ["hold", var path]:
                Hold(path);
                break;
            case ["write", var asked2, var point, var from] when Open is { } open:
                WriteAsync(open(asked2), point, long.Parse(from, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
                break;
            case ["write", var path, var staging, var from]:
                WriteAsync(new DuckDbDestination(path, staging, TimeProvider.System), "on", long.Parse(from, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
                break;
            case ["side", var folder]:
                SideChild.RunAsync(folder).GetAwaiter().GetResult();
                break;
            case ["crash", var folder, var name, var point, var number]:
                CrashChild.RunAsync(folder, name, point, int.Parse(number, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
                break;
            default:
                throw new InvalidOperationException($"A child cannot be '{string.Join('|', asked)}'.");
        }

        Environment.Exit(0);
    }

    private static void Hold(string path)
    {
        using var connection = new DuckDBConnection(new DuckDBConnectionStringBuilder { DataSource = path }.ConnectionString);
        connection.Open();
        Console.WriteLine("holding");
        Console.ReadLine();
    }

    /// <summary>Window <paramref name="n"/>, which replaces all before it.</summary>
    public static WindowCommit WindowOf(long n) => WindowOf(n, null);

    private static WindowCommit WindowOf(long n, Action<int>? beforeBatch)
    {
        var columns = Columns(n);
        var rows = new TestRows(columns) { BeforeBatch = beforeBatch };
        foreach (var day in Days)
        {
            for (var i = 0; i < RowsOf(n); i++)
            {
                rows.Add(1, "day", day, day, n);
            }
        }

        return new WindowCommit { Table = "killed", WindowId = Text(n), Schema = new TableSchema(columns), Partitions = PartitionsOf(n), Rows = rows };
    }

    /// <summary>Writes windows one after the other and says the number of each that is written; or stands still within or behind one, and says where it is, until it is killed.</summary>
    private static async Task WriteAsync(IDestination destination, string point, long from)
    {
        for (var n = from; ; n++)
        {
            await destination.CommitAsync(WindowOf(n, i => StandStillAt(point == "inside" && i == 2)), CancellationToken.None);
            Console.WriteLine(n);
            StandStillAt(point == "behind");
        }
    }

    private static void StandStillAt(bool isHere)
    {
        if (isHere)
        {
            Console.WriteLine("here");
            Console.In.ReadToEnd();
        }
    }

    /// <summary>Every fourth window brings a column in the middle, so that the table is rebuilt.</summary>
    private static ColumnDefinition[] Columns(long n) =>
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key),
        new("period", ColumnType.Text, ColumnRole.Key),
        new("period_start", ColumnType.Date, ColumnRole.Key),
        new("period_end", ColumnType.Date, ColumnRole.Key),
        new("n", ColumnType.Integer, ColumnRole.Metric),
        .. n % 4 == 0 ? [new ColumnDefinition($"level_{n}", ColumnType.Text, ColumnRole.Dimension)] : Array.Empty<ColumnDefinition>(),
    ];

    private static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);
}
