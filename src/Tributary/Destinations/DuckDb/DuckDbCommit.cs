using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>The one transaction that replaces a window's partitions.</summary>
internal sealed class DuckDbCommit(DuckDBConnection connection, WindowCommit commit, DateTimeOffset now, CancellationToken cancellationToken)
{
    /// <summary>Rebuilt tables carry this name until they take the old one's place, within the transaction.</summary>
    private const string RebuiltTable = "_tributary_rebuilt";

    public void Run()
    {
        using var transaction = connection.BeginTransaction();
        if (!IsWritten())
        {
            Write();
            transaction.Commit();
        }
    }

    private bool IsWritten() => DuckDbTables.Exists(connection, DuckDbDialect.WindowsTable)
        && connection.Scalar($"SELECT count(*) FROM {DuckDbDialect.WindowsTable} WHERE window_id = $1", commit.WindowId) is > 0L;

    private void Write()
    {
        DuckDbTables.CreateOwn(connection, commit.Table);
        var schema = Evolve();
        Validate(schema);

        DuckDbTables.WriteReplaced(connection, commit.Partitions);
        connection.Execute(DuckDbDialect.DeleteReplaced(commit.Table, schema));
        Append(schema);
        connection.Execute(DuckDbDialect.DeleteReplacedStates(commit.Table));
        connection.Execute($"INSERT INTO {DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(commit.Table))} SELECT * FROM temp.main.{DuckDbDialect.ReplacedTable}");
        connection.Execute($"DROP TABLE temp.main.{DuckDbDialect.ReplacedTable}");
        connection.Execute(
            $"INSERT INTO {DuckDbDialect.WindowsTable} VALUES ($1, $2, CAST($3 AS TIMESTAMP WITH TIME ZONE))",
            commit.WindowId,
            commit.Table,
            now.ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TableSchema Evolve()
    {
        var existing = DuckDbTables.ReadSchema(connection, commit.Table);
        var schema = SchemaUnion.Of(existing ?? TableSchema.Empty, commit.Schema);
        var comment = existing is null ? null : DuckDbTables.ReadComment(connection, commit.Table);
        var rebuilt = false;
        if (existing is null)
        {
            connection.Execute(DuckDbDialect.CreateTable(commit.Table, schema));
            rebuilt = true;
        }
        else if (!OnlyAddsAtTheEnd(existing, schema))
        {
            Rebuild(existing, schema);
            rebuilt = true;
        }
        else
        {
            foreach (var column in schema.Columns.Skip(existing.Columns.Count))
            {
                connection.Execute(DuckDbDialect.AddColumn(commit.Table, column));
            }
        }

        Describe(existing, schema, comment, rebuilt);
        return schema;
    }

    private static bool OnlyAddsAtTheEnd(TableSchema existing, TableSchema schema) =>
        existing.Columns.Zip(schema.Columns).All(c => c.First.Name == c.Second.Name && c.First.Type == c.Second.Type);

    private void Rebuild(TableSchema existing, TableSchema schema)
    {
        if (existing.Columns.Any(c => c.Type == ColumnType.Double && schema.Find(c.Name)!.Type == ColumnType.Text))
        {
            RegisterText();
        }

        connection.Execute(DuckDbDialect.CreateTable(RebuiltTable, schema));
        connection.Execute(DuckDbDialect.CopyInto(RebuiltTable, schema, commit.Table, existing));
        connection.Execute($"DROP TABLE {DuckDbDialect.Quote(commit.Table)}");
        connection.Execute($"ALTER TABLE {RebuiltTable} RENAME TO {DuckDbDialect.Quote(commit.Table)}");
    }

    private void Describe(TableSchema? existing, TableSchema schema, string? comment, bool rebuilt)
    {
        foreach (var column in schema.Columns)
        {
            var before = rebuilt ? "" : existing?.Find(column.Name)?.Description ?? "";
            if (column.Description != before)
            {
                connection.Execute(DuckDbDialect.CommentOnColumn(commit.Table, column));
            }
        }

        var description = commit.Description.Length > 0 ? commit.Description : comment ?? "";
        if (description != (rebuilt ? "" : comment ?? ""))
        {
            connection.Execute(DuckDbDialect.CommentOnTable(commit.Table, description));
        }

        if (existing is null || !existing.Columns.SequenceEqual(schema.Columns))
        {
            DuckDbTables.WriteNotes(connection, commit.Table, schema);
        }
    }

    /// <summary>Replacing by columns that are not there would add rows beside the old ones: better refused.</summary>
    private void Validate(TableSchema schema)
    {
        Require(schema.Find("site_id") is not null, "has no site_id column to replace partitions by");
        Require(commit.Partitions.All(p => p.Key.Segment.Length == 0) || schema.Find("segment") is not null, "has no segment column, but a partition has a segment");
        Require(
            commit.Partitions.All(p => p.Key.Period == Period.None) ? schema.Find("period") is null : schema.Find("period") is not null && schema.Find("period_start") is not null && schema.Find("period_end") is not null,
            "has period columns where its partitions have none, or the other way round");
        Require(commit.Partitions.DistinctBy(p => p.Key).Count() == commit.Partitions.Count, "has a partition named twice");
        Require(commit.Partitions.Sum(p => p.Rows) == commit.Rows.Count, $"has partitions of {commit.Partitions.Sum(p => p.Rows)} rows and {commit.Rows.Count} staged");

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new ArgumentException($"The commit of '{commit.Table}' {otherwise}.");
            }
        }
    }

    private void Append(TableSchema schema)
    {
        using var writer = new DuckDbWriter(connection, commit.Table, schema.Columns);
        foreach (var batch in commit.Rows.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(batch);
        }

        writer.Complete();
        if (writer.Count != commit.Rows.Count)
        {
            throw new InvalidDataException($"Of {commit.Rows.Count} staged rows of '{commit.Table}' {writer.Count} could be read.");
        }
    }

    private void RegisterText() => connection.RegisterScalarFunction<double, string>(DuckDbDialect.TextFunction, (inputs, output, rows) =>
    {
        for (ulong row = 0; row < rows; row++)
        {
            if (inputs[0].IsValid(row))
            {
                output.WriteValue(ColumnText.Format(inputs[0].GetValue<double>(row)), row);
            }
            else
            {
                output.WriteNull(row);
            }
        }
    });
}
