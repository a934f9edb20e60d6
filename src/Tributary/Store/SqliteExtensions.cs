using Microsoft.Data.Sqlite;

namespace Tributary.Store;

/// <summary>Commands with named values, and the store's spelling of instants: microseconds since 1970, UTC.</summary>
internal static class SqliteExtensions
{
    /// <summary>A command with its values bound.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, (string Name, object? Value)[] parameters, SqliteTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue("$" + name, value ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>The text of a column; null for null.</summary>
    public static string? Text(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>The instant of a column; null for null. Not by AddMicroseconds, which takes a float.</summary>
    public static DateTimeOffset? Instant(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    /// <summary>An instant as the store writes it.</summary>
    public static long ToMicroseconds(this DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
