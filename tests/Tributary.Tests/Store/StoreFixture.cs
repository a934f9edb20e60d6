using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

/// <summary>A store of one test, at a time that stands still.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<PostgreSqlEngine> _engines = [];

    private StoreFixture(StoreKind kind, string name)
    {
        Kind = kind;
        Path = kind == StoreKind.Sqlite ? _folder.File(name) : TestPostgres.NewStore();
    }

    public StoreKind Kind { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero));

    /// <summary>The file, or the address.</summary>
    public string Path { get; }

    public string Folder => _folder.Path;

    public StoreDatabase Database { get; private set; } = null!;

    public AccountStore Accounts => new(Database, Clock);

    public DataSetStore DataSets => new(Database, Clock);

    public PartitionStore Partitions => new(Database);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static StoreFixture Unopened(StoreKind kind = StoreKind.Sqlite) => new(kind, "tributary.db");

    public static async Task<StoreFixture> OpenAsync(StoreKind kind = StoreKind.Sqlite)
    {
        var fixture = Unopened(kind);
        await fixture.ReopenAsync();
        return fixture;
    }

    public async Task ReopenAsync() => Database = await OpenAgainAsync();

    /// <summary>The same store as another process has it open.</summary>
    public Task<StoreDatabase> OpenAgainAsync()
    {
        if (Kind == StoreKind.Sqlite)
        {
            return StoreDatabase.OpenAsync(Path, Stop);
        }

        return StoreDatabase.OpenAsync(NewEngine(), Stop);
    }

    /// <summary>A workspace over the same store.</summary>
    public Task<Workspace> OpenWorkspaceAsync() => Workspace.OpenAsync(Folder, Clock, new WorkspaceOptions { Engine = _ => NewEngine() }, Stop);

    // On PostgreSQL by the clock of the test, which the server's would not follow.
    private StoreEngine NewEngine()
    {
        if (Kind == StoreKind.Sqlite)
        {
            return new SqliteEngine(Path);
        }

        var engine = new PostgreSqlEngine(StoreAddress.Parse(Path, "test"), ownClock: false);
        _engines.Add(engine);
        return engine;
    }

    public static DataSetDefinition Definition(string name) =>
        new() { Name = name, AccountId = "account", Details = new Details { Report = "Actions.getPageUrls" } };

    public static AccountRecord Account(string id, string name) =>
        new(id, name, "https://matomo.example/", "{}", "5.2.0", "valid", null, null, 0);

    /// <summary>Statements past the store, as another program would run them. Values are named with $ in either.</summary>
    public object? Sql(string sql, params (string Name, object? Value)[] parameters)
    {
        using DbConnection connection = Kind == StoreKind.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString)
            : new Npgsql.NpgsqlConnection(StoreAddress.Parse(Path, "test").ToConnectionString());
        connection.Open();
        using var command = connection.Command(Kind == StoreKind.Sqlite ? sql : sql.Replace('$', '@'), [.. parameters]);
        foreach (DbParameter parameter in command.Parameters)
        {
            parameter.ParameterName = Kind == StoreKind.Sqlite ? parameter.ParameterName.Replace('@', '$') : parameter.ParameterName;
        }

        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _engines.ForEach(e => e.Dispose());
        _folder.Dispose();
    }
}
