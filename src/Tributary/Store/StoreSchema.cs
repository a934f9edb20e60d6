using System.Globalization;
using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The tables of <c>tributary.db</c>, as the steps that lead to them. A step that was released is never changed.</summary>
internal static class StoreSchema
{
    // Instants are microseconds since 1970 UTC; days are ISO text; *_key columns hold the folded name that is unique.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE accounts (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            url TEXT NOT NULL,
            settings TEXT NOT NULL,
            matomo_version TEXT,
            state TEXT NOT NULL,
            state_reason TEXT,
            last_used_at INTEGER,
            created_at INTEGER NOT NULL,
            token_ciphertext TEXT
        ) STRICT;
        CREATE TABLE datasets (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            definition TEXT NOT NULL,
            table_name TEXT NOT NULL,
            table_key TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE,
            status TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            rows INTEGER NOT NULL,
            partitions INTEGER NOT NULL,
            partitions_skipped INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            bytes_read INTEGER NOT NULL,
            warnings TEXT NOT NULL,
            error TEXT,
            triggered_by TEXT NOT NULL
        ) STRICT;
        CREATE INDEX runs_by_dataset ON runs (dataset_id, started_at);
        CREATE TABLE run_windows (
            run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
            window_id TEXT NOT NULL,
            sites TEXT NOT NULL,
            from_day TEXT,
            to_day TEXT,
            rows INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            seconds REAL NOT NULL,
            status TEXT NOT NULL,
            message TEXT,
            PRIMARY KEY (run_id, window_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE partitions (
            dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE,
            site_id INTEGER NOT NULL,
            period TEXT NOT NULL,
            period_start TEXT NOT NULL,
            period_end TEXT NOT NULL,
            segment TEXT NOT NULL,
            state TEXT NOT NULL,
            rows INTEGER NOT NULL,
            others_share REAL,
            truncated TEXT,
            run_id TEXT NOT NULL,
            read_at INTEGER NOT NULL,
            PRIMARY KEY (dataset_id, site_id, period, period_start, period_end, segment)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE catalogs (
            account_id TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
            document TEXT NOT NULL,
            read_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE run_locks (
            dataset_id TEXT PRIMARY KEY,
            ticket TEXT NOT NULL,
            owner TEXT NOT NULL,
            host TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            process_started INTEGER NOT NULL,
            acquired_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        """,
    ];

    /// <summary>The version this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Refuses a newer file; brings an older one, or none, up to date. Two processes doing so at once wait for each other.</summary>
    public static void Migrate(SqliteConnection connection, string path)
    {
        RefuseNewer(ReadVersion(connection), path);
        // Persistent, and not possible inside a transaction. With it a reader never waits for a writer.
        connection.Execute("PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = ReadVersion(connection);
        RefuseNewer(version, path);
        for (; version < Steps.Length; version++)
        {
            connection.Execute(Steps[version]);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version + 1}"));
        }

        transaction.Commit();
    }

    public static int ReadVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static void RefuseNewer(int version, string path)
    {
        if (version > Version)
        {
            throw new TributaryException(
                "workspace.newer_version",
                Fault.Workspace,
                $"The workspace file '{path}' was written by a newer Tributary (its version is {version}, this program knows up to {Version}). Nothing was changed. Use the newer program.");
        }
    }
}
