using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.PostgreSql;

/// <summary>PostgreSQL's failures as failures for people, by its SQLSTATE: one ordered table.</summary>
internal static class PostgreSqlErrors
{
    private const string StatementStopped = "57014";

    private static readonly SqlErrorRule[] Rules =
    [
        new(["28"], "destination.sign_in", Fault.Setup, "{place} does not let the user '{user}' in. Check user and password, and the server's pg_hba.conf. The server says: {says}"),
        new(["3D000"], "destination.no_database", Fault.Setup, "There is no database '{database}' at {place}. Create it, or name another."),
        new(["3F000"], "destination.no_database", Fault.Setup, "The schema is not in {place}. Create it, or name another. The server says: {says}"),
        new(["42501"], "destination.denied", Fault.Setup, "The user '{user}' may not do that in {place}. Nothing was changed. Give it the rights its page in the documentation lists. The server says: {says}"),
        new(["2BP01"], "destination.in_the_way", Fault.Setup, "A table in {place} cannot be removed, because something that Tributary has not made depends on it, such as a view over it. Nothing was changed. Drop what the server names, or let it read another table, and remove the table again. The server says: {says}"),
        new(["0A000"], "destination.in_the_way", Fault.Setup, "A change of a table in {place} is held up by something that depends on it, such as a view over a column whose type has to be wider. Nothing was changed. Drop it, run again, and create it anew. The server says: {says}"),
        new(["54011", "54000"], "destination.too_many_columns", Fault.Setup, "A row is wider than {place} can hold. Nothing was changed. Read fewer goals or fields, or choose another destination for this DataSet. The server says: {says}"),
        new(["53100"], "destination.disk_full", Fault.Destination, "The disk of {place} is full. Nothing was changed. Make room there and run again. The server says: {says}"),
        new(["53400", "53000"], "destination.quota", Fault.Destination, "A limit set on {place} was reached. Nothing was changed. Raise it there, or write less at once. The server says: {says}"),
        new(["53200"], "destination.out_of_memory", Fault.Destination, "{place} ran out of memory. Nothing was changed. The server says: {says}", true),
        new(["53300"], "destination.too_busy", Fault.Destination, "{place} takes no more connections. It is tried again; if that stays so, raise max_connections there. The server says: {says}", true),
        new(["25006"], "destination.read_only", Fault.Setup, "{place} cannot be written to: it is a standby, or set to read only. Name the primary server. The server says: {says}"),
        SqlBusy.Rule("55P03"),
        new(["40"], "destination.conflict", Fault.Destination, "Another change came in between at {place}. Nothing was changed; it is tried again. The server says: {says}", true),
        new(["57P", "08"], "destination.lost", Fault.Destination, "The connection to {place} ended before the change was done. What was not committed is as it was; it is tried again, and a window is written once. The server says: {says}", true),
        new([StatementStopped], "destination.stopped", Fault.Destination, "{place} stopped a statement. Nothing was changed. Look at statement_timeout there. The server says: {says}", true),
        new([""], "destination.engine", Fault.Destination, "{place} refused a change; the table is as it was. The server says: {says}"),
    ];

    public static TributaryException? Explain(Exception error, string place, ServerOptions server) => error switch
    {
        PostgresException e => Rules.First(r => r.Fits(e.SqlState)).Explain(place, server, Says(e), e),
        NpgsqlException { InnerException: AuthenticationException tls } => new TributaryException("destination.tls", Fault.Setup, $"The encrypted way to {place} could not be set up: {tls.Message} Check the options tls and ca_file.", error),
        NpgsqlException e when e.Message.Contains("SSL", StringComparison.Ordinal) => new TributaryException("destination.tls", Fault.Setup, $"The encrypted way to {place} could not be set up: {e.Message} Check the options tls and ca_file, and whether the server encrypts.", error),
        NpgsqlException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut or SocketError.TryAgain or SocketError.NoData } way } =>
            Unreachable(place, way),
        SocketException way => Unreachable(place, way),
        NpgsqlException e => new TributaryException("destination.lost", Fault.Destination, $"The connection to {place} ended before the change was done. What was not committed is as it was; it is tried again, and a window is written once. The driver says: {e.Message}", e) { IsTransient = true },
        _ => null,
    };

    public static string Says(Exception error) => error is PostgresException e ? e.MessageText : error.Message;

    public static bool IsTimeLimit(Exception error) => error is PostgresException { SqlState: StatementStopped };

    private static TributaryException Unreachable(string place, SocketException way) =>
        new("destination.unreachable", Fault.Destination, $"{place} cannot be reached: {way.Message}. Check host and port, whether the server runs, and what stands between.", way) { IsTransient = true };
}
