using System.Globalization;
using Npgsql;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Warehouses;

namespace Tributary.Benchmarks.Nodes;

/// <summary>A workspace of DataSets on a sample server, its records and its tables in a database of their own.</summary>
internal sealed class NodesSetup(string server, string database, SampleMatomo.SampleMatomo sample, int dataSets, int? perMinute)
{
    private static readonly string[] Reports = ["Actions.getPageUrls", "UserCountry.getCountry", "DevicesDetection.getType", "Referrers.getReferrerType", "VisitsSummary.get", "VisitTime.getVisitInformationPerLocalTime"];

    /// <summary>Since when the account has its limit: what tested it before it was stored knew of none.</summary>
    public DateTimeOffset LimitedSince { get; private set; }

    /// <summary>The address of the database's store.</summary>
    public string Store => new UriBuilder(new Uri(server)) { Path = database }.Uri.ToString();

    /// <summary>What an administrator connects to the database by.</summary>
    public string Connection => ConnectionTo(server, database);

    /// <summary>Names of the DataSets' tables.</summary>
    public IEnumerable<string> Tables => Enumerable.Range(1, dataSets).Select(i => string.Create(CultureInfo.InvariantCulture, $"d{i}"));

    /// <summary>What an administrator connects to any database by.</summary>
    public static string ConnectionTo(string server, string database)
    {
        var uri = new Uri(server);
        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port, Username = user[0], Password = user[1], Database = database, Pooling = false }.ConnectionString;
    }

    public async Task CreateDatabaseAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionTo(server, "postgres"));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {database}", connection);
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>Opens a workspace with the account and the destination; with <paramref name="shared"/> its records are in the database.</summary>
    public async Task<Workspace> OpenAsync(string folder, string schema, bool shared)
    {
        var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, new WorkspaceOptions { Kinds = WarehouseKinds.All, Store = shared ? Store : null }, CancellationToken.None);
        await workspace.Accounts.AddAsync(
            new NewAccount { Name = "Sample", Url = sample.Address.ToString(), Token = new AccessToken(sample.Tokens.Super), Connection = new ConnectionChange { RequestsPerMinute = perMinute } }, CancellationToken.None);
        LimitedSince = TimeProvider.System.GetUtcNow();
        var uri = new Uri(server);
        var user = uri.UserInfo.Split(':', 2);
        var added = await workspace.Destinations.AddAsync(
            new NewDestination("Warehouse", "postgresql", new Dictionary<string, string> { ["host"] = uri.Host, ["port"] = uri.Port.ToString(CultureInfo.InvariantCulture), ["database"] = database, ["user"] = user[0], ["password"] = user[1], ["schema"] = schema }),
            CancellationToken.None);
        if (added.Failed is { } failed)
        {
            throw new InvalidOperationException(failed.Sentence);
        }

        return workspace;
    }

    /// <summary>Adds the DataSets.</summary>
    public async Task AddDataSetsAsync(Workspace workspace)
    {
        // The last days are provisional: each run reads them again and writes them anew.
        var end = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-2);
        foreach (var (name, number) in Tables.Select((t, i) => (t, i)))
        {
            await workspace.AddDataSetAsync(
                new NewDataSet
                {
                    Name = name,
                    Account = "Sample",
                    Destination = "Warehouse",
                    Details = new DetailsInput
                    {
                        Report = Reports[number % Reports.Length],
                        Start = end.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        End = end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        Sites = (1 + (number % 3)).ToString(CultureInfo.InvariantCulture),
                    },
                },
                CancellationToken.None);
        }
    }

    /// <summary>Gives all DataSets a schedule, or takes it from them.</summary>
    public async Task ScheduleAsync(Workspace workspace, ScheduleInput schedule)
    {
        foreach (var table in Tables)
        {
            await workspace.EditDataSetAsync(table, new DataSetChange { Schedule = schedule }, dryRun: false, CancellationToken.None);
        }
    }
}
