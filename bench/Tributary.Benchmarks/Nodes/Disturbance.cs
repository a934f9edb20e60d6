using System.Diagnostics;
using Npgsql;

namespace Tributary.Benchmarks.Nodes;

/// <summary>What goes wrong while nodes are at work, by chance from a seed: the same seed does the same in the same order.</summary>
internal sealed class Disturbance(int seed, IReadOnlyList<Node> nodes, string server, string database)
{
    private readonly Random _random = new(seed);

    public int Ended { get; private set; }

    public int BackendsKilled { get; private set; }

    /// <summary>Disturbs until the time is over; then all nodes run.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var crashAt = time * (0.3 + (_random.NextDouble() * 0.4));
        while (watch.Elapsed < time)
        {
            await Task.Delay(TimeSpan.FromSeconds(3 + (_random.NextDouble() * 9)), TimeProvider.System);
            if (BackendsKilled == 0 && watch.Elapsed > crashAt)
            {
                await CrashServerAsync();
            }
            else if (_random.Next(2) == 0)
            {
                var node = nodes[_random.Next(nodes.Count)];
                await node.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble() * 5), TimeProvider.System);
                node.Start();
            }
            else
            {
                await EndConnectionsAsync(_random.NextDouble());
            }
        }

        foreach (var node in nodes.Where(n => !n.Runs))
        {
            node.Start();
        }
    }

    /// <summary>The server ends some of the nodes' connections.</summary>
    private async Task EndConnectionsAsync(double share)
    {
        try
        {
            await using var connection = new NpgsqlConnection(server);
            await connection.OpenAsync();
            await using var end = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND random() < $2", connection) { Parameters = { new() { Value = database }, new() { Value = share } } };
            Ended += (int)(long)(await end.ExecuteScalarAsync())!;
        }
        catch (NpgsqlException error)
        {
            Console.WriteLine($"(the server is not there: {error.Message})");
        }
    }

    /// <summary>One backend is killed, upon which the server ends all others and recovers from its log.</summary>
    private async Task CrashServerAsync()
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var find = new NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC LIMIT 1", connection) { Parameters = { new() { Value = database } } };
        if (await find.ExecuteScalarAsync() is int backend)
        {
            using var process = Process.GetProcessById(backend);
            process.Kill();
            BackendsKilled++;
        }
    }
}
