namespace Tributary.Store;

/// <summary>The forms of the store: one step a version, applied in order, never changed once released. Written in SQLite's words; <see cref="PostgreSqlSchema"/> puts them into PostgreSQL's.</summary>
internal static class StoreSchema
{
    /// <summary>The version this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>SQL that brings a store from version i to i + 1.</summary>
    public static string[] Steps { get; } =
    [
        """
        CREATE TABLE accounts (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            url TEXT NOT NULL,
            settings TEXT NOT NULL,
            token BLOB,
            matomo_version TEXT,
            state TEXT NOT NULL,
            reason TEXT,
            last_used_at INTEGER,
            created_at INTEGER NOT NULL);
        CREATE TABLE datasets (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            table_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            account_id TEXT NOT NULL,
            definition TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL);
        CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            status TEXT NOT NULL,
            trigger TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            result TEXT);
        CREATE INDEX runs_by_dataset ON runs(dataset_id, id);
        CREATE TABLE run_windows (
            run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            window_id TEXT NOT NULL,
            site_id INTEGER NOT NULL,
            first_day TEXT,
            last_day TEXT,
            partitions INTEGER NOT NULL,
            rows INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            seconds REAL NOT NULL,
            error_code TEXT,
            error TEXT);
        CREATE INDEX run_windows_by_run ON run_windows(run_id);
        CREATE TABLE partitions (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
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
            PRIMARY KEY (dataset_id, site_id, period, period_start, period_end, segment)) WITHOUT ROWID;
        CREATE TABLE run_locks (
            dataset_id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            host TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            taken_at INTEGER NOT NULL);
        """,
        """
        ALTER TABLE run_locks ADD COLUMN process_started INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run_locks ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
        """,
        """
        ALTER TABLE partitions ADD COLUMN is_empty INTEGER NOT NULL DEFAULT 0;
        """,
        """
        ALTER TABLE accounts ADD COLUMN secrets BLOB;
        ALTER TABLE accounts ADD COLUMN learned TEXT;
        ALTER TABLE runs ADD COLUMN chain TEXT;
        ALTER TABLE runs ADD COLUMN first_try TEXT;
        ALTER TABLE runs ADD COLUMN options TEXT;
        ALTER TABLE runs ADD COLUMN due_at INTEGER;
        ALTER TABLE runs ADD COLUMN not_before INTEGER;
        ALTER TABLE runs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE runs ADD COLUMN requested_by TEXT;
        ALTER TABLE runs ADD COLUMN stop_requested INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN progress TEXT;
        CREATE INDEX runs_by_status ON runs(status);
        CREATE TABLE run_log (
            run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            level TEXT NOT NULL,
            message TEXT NOT NULL);
        CREATE INDEX run_log_by_run ON run_log(run_id);
        CREATE TABLE schema_changes (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            run_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            changes TEXT NOT NULL,
            columns TEXT NOT NULL);
        CREATE INDEX schema_changes_by_dataset ON schema_changes(dataset_id, at);
        CREATE TABLE column_runs (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            runs INTEGER NOT NULL,
            PRIMARY KEY (dataset_id, name)) WITHOUT ROWID;
        CREATE TABLE schedules (
            dataset_id TEXT PRIMARY KEY REFERENCES datasets(id) ON DELETE CASCADE,
            schedule TEXT NOT NULL,
            next_at INTEGER,
            last_due_at INTEGER);
        CREATE TABLE day_totals (
            account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
            site_id INTEGER NOT NULL,
            day TEXT NOT NULL,
            visits INTEGER NOT NULL,
            actions INTEGER NOT NULL,
            moved_at INTEGER,
            PRIMARY KEY (account_id, site_id, day)) WITHOUT ROWID;
        CREATE TABLE totals_checks (
            account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
            site_id INTEGER NOT NULL,
            checked_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, site_id)) WITHOUT ROWID;
        CREATE TABLE alerts (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            definition TEXT NOT NULL,
            secrets BLOB,
            created_at INTEGER NOT NULL);
        CREATE TABLE alert_states (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            event TEXT NOT NULL,
            raised_at INTEGER NOT NULL,
            PRIMARY KEY (dataset_id, event)) WITHOUT ROWID;
        CREATE TABLE alert_messages (
            id TEXT PRIMARY KEY,
            alert_id TEXT NOT NULL REFERENCES alerts(id) ON DELETE CASCADE,
            message TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER,
            sent_at INTEGER,
            error TEXT);
        CREATE INDEX alert_messages_by_next ON alert_messages(next_at);
        CREATE TABLE workers (
            id TEXT PRIMARY KEY,
            host TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            process_started INTEGER NOT NULL,
            seen_at INTEGER NOT NULL);
        CREATE TABLE settings (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE paces (
            account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
            report TEXT NOT NULL,
            notes TEXT NOT NULL,
            PRIMARY KEY (account_id, report)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE users (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL,
            password_hash TEXT,
            stamp TEXT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            locked_until INTEGER,
            last_seen_at INTEGER,
            created_at INTEGER NOT NULL);
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            scope TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE,
            start TEXT NOT NULL,
            made_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER,
            revoked_at INTEGER);
        """,
        """
        CREATE INDEX runs_to_list ON runs(id, status, trigger, dataset_id);
        CREATE INDEX runs_by_end ON runs(ended_at);
        """,
        """
        CREATE UNIQUE INDEX datasets_by_table ON datasets(lower(table_name));
        """,
        """
        CREATE TABLE destinations (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            options TEXT NOT NULL,
            secrets BLOB,
            created_at INTEGER NOT NULL);
        """,
        """
        CREATE TABLE request_gates (
            account_id TEXT PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE,
            used_at INTEGER NOT NULL);
        CREATE TABLE requests (
            id TEXT PRIMARY KEY,
            account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
            node TEXT NOT NULL,
            begun_at INTEGER NOT NULL,
            held_until INTEGER NOT NULL);
        CREATE INDEX requests_by_account ON requests(account_id, begun_at);
        """,
        """
        CREATE TABLE run_parts (
            id TEXT PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            windows TEXT NOT NULL,
            status TEXT NOT NULL,
            takes INTEGER NOT NULL,
            deaths INTEGER NOT NULL,
            ready_at INTEGER NOT NULL,
            node TEXT,
            ends_run INTEGER NOT NULL,
            result TEXT);
        CREATE INDEX run_parts_by_run ON run_parts(run_id, number);
        CREATE INDEX run_parts_by_status ON run_parts(status);
        """,
        """
        ALTER TABLE users ADD COLUMN openid TEXT;
        CREATE UNIQUE INDEX users_by_openid ON users(openid);
        """,
        """
        ALTER TABLE datasets ADD COLUMN shaped_at INTEGER;
        """,
        """
        ALTER TABLE run_windows ADD COLUMN segment TEXT;
        """,
        """
        CREATE TABLE saved_segments (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            expression TEXT NOT NULL,
            is_current INTEGER NOT NULL,
            PRIMARY KEY (dataset_id, name, expression)) WITHOUT ROWID;
        """,
        """
        ALTER TABLE api_keys ADD COLUMN maker_id TEXT;
        UPDATE api_keys SET maker_id = (SELECT id FROM users WHERE users.name = api_keys.made_by);
        """,
        """
        CREATE TABLE kept_partitions (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            site_id INTEGER NOT NULL,
            period TEXT NOT NULL,
            period_start TEXT NOT NULL,
            period_end TEXT NOT NULL,
            segment TEXT NOT NULL,
            run_id TEXT NOT NULL,
            first_at INTEGER NOT NULL,
            runs INTEGER NOT NULL,
            for_good INTEGER NOT NULL,
            PRIMARY KEY (dataset_id, site_id, period, period_start, period_end, segment)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE lost_partitions (
            dataset_id TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
            site_id INTEGER NOT NULL,
            period TEXT NOT NULL,
            period_start TEXT NOT NULL,
            period_end TEXT NOT NULL,
            segment TEXT NOT NULL,
            rows INTEGER NOT NULL,
            read_at INTEGER NOT NULL,
            run_id TEXT NOT NULL,
            PRIMARY KEY (dataset_id, site_id, period, period_start, period_end, segment)) WITHOUT ROWID;
        """,
    ];
}
