using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>From PostgreSQL's failures to what a person can do.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>The failure of a store at <paramref name="place"/>.</summary>
    public static TributaryException Of(DbException error, string place)
    {
        var (code, message) = (error as PostgresException)?.SqlState switch
        {
            "28P01" or "28000" => ("workspace.store_refused", $"PostgreSQL refuses the workspace's store: {place} ({Text(error)}). Check the user and the password: in the address, in PGPASSWORD or in ~/.pgpass."),
            "3D000" => ("workspace.cannot_open", $"There is no such database: {place}. Create it, or correct the address."),
            "42501" or "25006" => ("workspace.read_only", $"The workspace's records cannot be written: {place} ({Text(error)}). Grant the user CREATE on the database, or the schema."),
            "53100" => ("workspace.disk_full", $"The disk of the database is full: {place} could not be written. Nothing was changed. Make room and try again."),
            "55P03" or "57014" or "25P03" => ("workspace.locked", $"Somebody else holds the workspace's records: {place} ({Text(error)}). Wait for them and try again."),
            "XX001" or "XX002" => ("workspace.damaged", $"The workspace's records are damaged: {place} ({Text(error)}). Restore the database from a backup."),
            _ when IsPassing(error) => ("workspace.store_unreachable", $"The workspace's records cannot be reached: {place} ({Text(error)}). Check that the database runs and that this machine may connect to it."),
            _ => ("workspace.store", $"The workspace's records could not be used ({Text(error)}): {place}."),
        };
        return new TributaryException(code, Fault.Workspace, message, error) { IsTransient = IsPassing(error) || code == "workspace.locked" };
    }

    /// <summary>Whether a connection was lost or refused, or a transaction undone for another's sake: asked again in a moment, it may well work.</summary>
    public static bool IsPassing(DbException error) => error is PostgresException told
        ? told.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections or "25P03" || told.SqlState.StartsWith("08", StringComparison.Ordinal)
        : error is NpgsqlException && Cause(error) is not System.Security.Authentication.AuthenticationException;

    private static Exception? Cause(Exception error) => error.InnerException is { } inner ? Cause(inner) ?? inner : null;

    private static string Text(DbException error) => error is PostgresException told ? told.MessageText.TrimEnd('.')
        : Cause(error) is SocketException socket ? socket.Message.TrimEnd('.')
        : error.Message.TrimEnd('.');
}
