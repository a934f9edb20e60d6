namespace Tributary.Store;

/// <summary>A DataSet as it is kept.</summary>
/// <param name="Id">See <see cref="WorkspaceStore.NewId"/>.</param>
/// <param name="Name">Unique ignoring case.</param>
/// <param name="Definition">A JSON document with a <c>version</c>.</param>
/// <param name="TableName">The table in the destination; unique ignoring case.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record DataSetRecord(string Id, string Name, string Definition, string TableName, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
