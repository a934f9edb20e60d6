using System.Globalization;
using Npgsql;

namespace Tributary.Benchmarks.Nodes;

/// <summary>What became of every due time, and what the tables hold, read past the product from its database.</summary>
internal static class Reckoning
{
    /// <summary>What became of due times.</summary>
    /// <param name="Due">How many there were.</param>
    /// <param name="Updated">Those whose DataSet was updated.</param>
    /// <param name="MadeAgain">Those whose run was lost and made again.</param>
    /// <param name="LeftOut">Those noted and left out, because the DataSet was still being updated.</param>
    /// <param name="Failed">Those with a run, of which none came to a good end.</param>
    /// <param name="Doubled">Those with more than one run that is no next try of another.</param>
    /// <param name="Lost">Minutes without any trace.</param>
    /// <param name="AtOnce">Runs of a DataSet that began before the one before had ended.</param>
    public sealed record DueTimes(int Due, int Updated, int MadeAgain, int LeftOut, int Failed, int Doubled, int Lost, int AtOnce);

    /// <summary>Runs that wait or are at work.</summary>
    public static async Task<long> ActiveAsync(string connectionString) => (long)(await ScalarAsync(connectionString, "SELECT count(*) FROM tributary.runs WHERE status IN ('queued', 'running')"))!;

    public static async Task<DueTimes> DueAsync(string connectionString)
    {
        var runs = new List<(string DataSet, long Due, string FirstTry, string Status, long Started, long? Ended)>();
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var read = new NpgsqlCommand("SELECT dataset_id, due_at, coalesce(first_try, id), status, started_at, ended_at FROM tributary.runs WHERE trigger = 'scheduled' ORDER BY id", connection);
            await using var rows = await read.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                runs.Add((rows.GetString(0), rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetInt64(4), rows.IsDBNull(5) ? null : rows.GetInt64(5)));
            }
        }

        var due = runs.GroupBy(r => (r.DataSet, r.Due)).ToList();
        const long Minute = 60_000_000;
        var (first, last) = (runs.Min(r => r.Due), runs.Max(r => r.Due));
        var atOnce = runs.Where(r => r.Status != "skipped").GroupBy(r => r.DataSet).Sum(d =>
        {
            var byStart = d.OrderBy(r => r.Started).ToList();
            return Enumerable.Range(1, Math.Max(0, byStart.Count - 1)).Count(i => byStart[i].Started < byStart[i - 1].Ended);
        });
        return new DueTimes(
            due.Count,
            due.Count(g => g.Any(IsGood)),
            due.Count(g => g.Any(IsGood) && g.Count() > 1),
            due.Count(g => g.All(r => r.Status == "skipped")),
            due.Count(g => !g.Any(IsGood) && g.Any(r => r.Status != "skipped")),
            due.Count(g => g.Select(r => r.FirstTry).Distinct().Count() > 1),
            runs.Select(r => r.DataSet).Distinct().Sum(d => (int)(((last - first) / Minute) + 1) - due.Count(g => g.Key.DataSet == d)),
            atOnce);
    }

    /// <summary>The rows of a table as one text: how many, and a hash over all columns but those that tell of the run.</summary>
    public static async Task<string> ContentAsync(string connectionString, string schema, string table)
    {
        var columns = (string)(await ScalarAsync(
            connectionString,
            $"SELECT string_agg(quote_ident(column_name), ', ' ORDER BY column_name) FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = '{table}' AND column_name NOT IN ('_run_id', '_read_at')"))!;
        var content = await ScalarAsync(connectionString, $"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM (SELECT {columns} FROM {schema}.{table}) t");
        return string.Create(CultureInfo.InvariantCulture, $"{columns}: {content}");
    }

    /// <summary>The rows of a table, and how many sites and periods they are of.</summary>
    public static async Task<(long Rows, long Partitions)> CountAsync(string connectionString, string schema, string table)
    {
        var counts = (long[])(await ScalarAsync(connectionString, $"SELECT array[count(*), count(DISTINCT (site_id, period_start))] FROM {schema}.{table}"))!;
        return (counts[0], counts[1]);
    }

    private static bool IsGood((string DataSet, long Due, string FirstTry, string Status, long Started, long? Ended) run) => run.Status is "succeeded" or "succeeded_with_warnings";

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync();
    }
}
