using System.Data.Common;

namespace Tributary.Store;

/// <summary>Commands with named values, and the store's spelling of instants: microseconds since 1970, UTC.</summary>
internal static class StoreExtensions
{
    /// <summary>A command with its values bound. Values are bound as SQLite knows them: numbers, text, bytes; whether something holds is 0 or 1.</summary>
    public static DbCommand Command(this DbConnection connection, string sql, (string Name, object? Value)[] parameters, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = ValueOf(value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Gives a command that is run again another value.</summary>
    public static void Set(this DbCommand command, string name, object? value) => command.Parameters["@" + name].Value = ValueOf(value);

    /// <summary>The text of a column; null for null.</summary>
    public static string? Text(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>The bytes of a column; null for null.</summary>
    public static byte[]? Bytes(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    /// <summary>Whether a column that is 0 or 1 is 1.</summary>
    public static bool Flag(this DbDataReader reader, int column) => reader.GetInt64(column) != 0;

    /// <summary>The instant of a column; null for null. Not by AddMicroseconds, which takes a float.</summary>
    public static DateTimeOffset? Instant(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : InstantOf(reader.GetInt64(column));

    /// <summary>An instant as the store writes it.</summary>
    public static long ToMicroseconds(this DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>An instant that the store has written.</summary>
    public static DateTimeOffset InstantOf(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static object ValueOf(object? value) => value switch
    {
        null => DBNull.Value,
        bool holds => holds ? 1L : 0L,
        string text => StoreText.Storable(text),
        _ => value,
    };
}
