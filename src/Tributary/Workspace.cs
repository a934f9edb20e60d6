#pragma warning disable CA1822
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary;

/// <summary>The one façade: the command line, the web and the scheduler call nothing else.</summary>
public sealed class Workspace : IAsyncDisposable
{
    /// <summary>The folder.</summary>
    public string Folder => throw new InvalidOperationException();

    /// <summary>Opens the workspace in <paramref name="folder"/>, creating it when there is none.</summary>
    public static Task<Workspace> OpenAsync(string folder, TimeProvider clock, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Tests the connection step by step and stores the account when every step is fine. When one failed nothing is stored, and the result's steps say which.</summary>
    public Task<AccountTest> AddAccountAsync(NewAccount account, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>All accounts by name.</summary>
    public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Tests a stored account step by step.</summary>
    public Task<AccountTest> TestAccountAsync(string name, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Tests a new token and stores it when it works.</summary>
    public Task<AccountTest> ReplaceTokenAsync(string name, AccessToken token, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Removes an account; its DataSets keep their data. Returns the names of the DataSets that will stop.</summary>
    public Task<IReadOnlyList<string>> RemoveAccountAsync(string name, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>The reports on offer, of the built-in catalog or of an account's server.</summary>
    public Task<IReadOnlyList<ReportDefinition>> ListReportsAsync(string? account, string? group, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>One report, or an <see cref="InputException"/> naming the nearest ones.</summary>
    public Task<ReportDefinition> DescribeReportAsync(string report, string? account, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>The first rows as they would be stored. Nothing is stored.</summary>
    public Task<PreviewResult> PreviewAsync(string account, DetailsInput details, int rows, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Adds a DataSet; nothing is read yet beyond what checking the details needs.</summary>
    public Task<DataSet> AddDataSetAsync(NewDataSet dataSet, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>All DataSets by name.</summary>
    public Task<IReadOnlyList<DataSet>> ListDataSetsAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>One DataSet, or an <see cref="InputException"/> naming the nearest ones.</summary>
    public Task<DataSet> GetDataSetAsync(string name, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Deletes a DataSet, with its table unless <paramref name="keepData"/>.</summary>
    public Task DeleteDataSetAsync(string name, bool keepData, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Runs DataSets one after another. Failures are results, not exceptions; cancellation ends the run whole and returns what is done, with status Cancelled.</summary>
    public Task<IReadOnlyList<RunResult>> RunAsync(RunRequest request, IProgress<RunProgress>? progress, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>What runs would ask for, per DataSet by name. Nothing is read but sites.</summary>
    public Task<IReadOnlyDictionary<string, PlanSummary>> PlanAsync(RunRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>The state of every stored partition.</summary>
    public Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string name, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Writes a DataSet's rows as csv, json or parquet.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="format">"csv", "json" or "parquet".</param>
    /// <param name="where">A SQL condition; null for all rows.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task ExportAsync(string name, string format, string? where, Stream output, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Runs a person's SQL over all tables, without access to files or network. Reading only.</summary>
    public Task<QueryRows> QueryAsync(string sql, CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Looks at everything that can be wrong with the workspace.</summary>
    public Task<IReadOnlyList<Finding>> DiagnoseAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

    /// <summary>Lets the files go.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The answer to a query.</summary>
/// <param name="Columns">Name and type as DuckDB names it, in order.</param>
/// <param name="Rows">The rows; values are string, long, double, decimal, bool, DateOnly, DateTimeOffset, BigInteger or null; anything else as text.</param>
public sealed record QueryRows(IReadOnlyList<(string Name, string Type)> Columns, IAsyncEnumerable<object?[]> Rows) ;
