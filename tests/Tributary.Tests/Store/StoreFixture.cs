using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

/// <summary>A store of one test, at a time that stands still.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private StoreFixture(string name) => Path = _folder.File(name);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero));

    public string Path { get; }

    public string Folder => _folder.Path;

    public StoreDatabase Database { get; private set; } = null!;

    public AccountStore Accounts => new(Database, Clock);

    public DataSetStore DataSets => new(Database, Clock);

    public PartitionStore Partitions => new(Database);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static StoreFixture Unopened() => new("tributary.db");

    public static async Task<StoreFixture> OpenAsync()
    {
        var fixture = Unopened();
        await fixture.ReopenAsync();
        return fixture;
    }

    public async Task ReopenAsync() => Database = await StoreDatabase.OpenAsync(Path, Stop);

    public static DataSetDefinition Definition(string name) =>
        new() { Name = name, AccountId = "account", Details = new Details { Report = "Actions.getPageUrls" } };

    public static AccountRecord Account(string id, string name) =>
        new(id, name, "https://matomo.example/", "{}", "5.2.0", "valid", null, null, 0);

    /// <summary>Statements past the store, as another program would run them.</summary>
    public object? Sql(string sql, params (string Name, object? Value)[] parameters)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue("$" + name, value ?? DBNull.Value);
        }

        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
