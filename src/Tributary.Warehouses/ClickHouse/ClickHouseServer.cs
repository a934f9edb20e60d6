using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>A ClickHouse server, over HTTP.</summary>
// A destination has no end to be disposed at; idle connections close by themselves.
#pragma warning disable CA1001
internal sealed class ClickHouseServer
#pragma warning restore CA1001
{
    private readonly ServerOptions _server;
    private readonly ClickHouseClient _client;

    public ClickHouseServer(ServerOptions server)
    {
        _server = server;
        _client = new ClickHouseClient(new ClickHouseClientSettings
        {
            Host = server.Host,
            Port = (ushort)server.Port,
            Protocol = server.Tls == ServerTls.Prefer ? "http" : "https",
            Database = server.Database,
            Username = server.User,
            Password = server.Password,
            UseSession = false,
            UseCompression = false,
            UseCustomDecimals = false,
            Timeout = TimeSpan.FromDays(1),
            HttpClient = MakeHttp(server),
        });
    }

    public string Place => $"ClickHouse at {_server}";

    public string Database => _server.Database;

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        await GuardAsync(() => _client.ExecuteNonQueryAsync(sql, null, null, cancellationToken));

    /// <summary>Runs a statement by an id: the server refuses it while another of that id runs.</summary>
    public async Task ExecuteAsync(string sql, string id, CancellationToken cancellationToken) =>
        await GuardAsync(() => _client.ExecuteNonQueryAsync(sql, null, new QueryOptions { QueryId = id }, cancellationToken));

    /// <summary>Ends the statement of an id whose answer nobody waits for any more, and waits until it has ended. Of other users it ends none.</summary>
    // Where even looking for it is denied, the server still refuses a second of that id while the first runs.
    public Task EndAsync(string id, CancellationToken cancellationToken) =>
        TryAsync($"KILL QUERY WHERE query_id = {ClickHouseDialect.Text(id)} SYNC FORMAT Null", ClickHouseErrors.Denied, cancellationToken);

    /// <summary>Runs a statement that may fail in one way that is expected.</summary>
    /// <returns>False where it failed that way.</returns>
    public async Task<bool> TryAsync(string sql, int expected, CancellationToken cancellationToken)
    {
        try
        {
            await _client.ExecuteNonQueryAsync(sql, null, null, cancellationToken);
            return true;
        }
        catch (ClickHouseServerException e) when (e.ErrorCode == expected)
        {
            return false;
        }
        catch (Exception e) when (ClickHouseErrors.Explain(e, Place, _server) is not null)
        {
            throw ClickHouseErrors.Explain(e, Place, _server)!;
        }
    }

    public Task<List<T>> RowsAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var reader = await _client.ExecuteReaderAsync(sql, null, null, cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    });

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken) =>
        Number((await RowsAsync(sql, r => r.GetValue(0), cancellationToken))[0]);

    /// <summary>A reader whose statement can only read.</summary>
    public Task<DbDataReader> ReadAsync(string sql, TimeSpan? limit, CancellationToken cancellationToken) => GuardAsync<DbDataReader>(async () =>
    {
        var options = new QueryOptions { CustomSettings = new Dictionary<string, object>(StringComparer.Ordinal) { ["readonly"] = 1 } };
        if (limit is { } time)
        {
            options.CustomSettings["max_execution_time"] = Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));

            // What only reads cannot change settings, this one aside.
            options.CustomSettings["readonly"] = 2;
        }

        return await _client.ExecuteReaderAsync(sql, null, options, cancellationToken);
    });

    /// <summary>Inserts what is written into a stream, in a format, by an id.</summary>
    public async Task InsertAsync(string into, string format, string id, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var response = await GuardAsync(() => _client.PostStreamAsync($"INSERT INTO {into} FORMAT {format}", write, false, cancellationToken, new QueryOptions { QueryId = id }));
    }

    public async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (ClickHouseErrors.Explain(e, Place, _server) is not null)
        {
            throw ClickHouseErrors.Explain(e, Place, _server)!;
        }
    }

    /// <summary>Whole numbers come in the width the engine chose.</summary>
    public static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    public static DateTimeOffset Micros(object value) => ColumnText.Instant(Number(value));

    private static HttpClient MakeHttp(ServerOptions server)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),

            // The server closes idle connections after ten seconds.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        };
        if (server.Tls == ServerTls.Require)
        {
            // What "require" means for every kind: encrypted, whoever answers. "verify" looks at the certificate.
#pragma warning disable CA5359
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (server.CaFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(server.CaFile);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    }
}
