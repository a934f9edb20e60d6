using System.Net.Sockets;
using System.Security.Authentication;
using MySqlConnector;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.MySql;

/// <summary>Failures of MySQL and MariaDB as failures for people, by their numbers: one ordered table.</summary>
internal static class MySqlErrors
{
    // MariaDB's own number, then MySQL's.
    private static readonly int[] TimeLimits = [1969, 3024];

    private static readonly SqlErrorRule[] Rules =
    [
        new(["1045", "1698", "1251", "1820", "1862", "1130"], "destination.sign_in", Fault.Setup, "{place} does not let the user '{user}' in. Check user and password, and from which hosts the user may come. The server says: {says}"),
        new(["1049"], "destination.no_database", Fault.Setup, "There is no database '{database}' at {place}. Create it, or name another."),
        new(["1044", "1142", "1143", "1227", "1370"], "destination.denied", Fault.Setup, "The user '{user}' may not do that in {place}. Nothing was changed. Give it the rights its page in the documentation lists. The server says: {says}"),
        new(["1117", "1118"], "destination.too_many_columns", Fault.Setup, "A row is wider than {place} can hold: InnoDB keeps at most 1,017 columns and about 8,000 bytes of a row together, 40 of them for each text. Nothing was changed. Read fewer goals or fields, or choose another destination for this DataSet. The server says: {says}"),
        new(["1021", "1114", "1874", "1030"], "destination.disk_full", Fault.Destination, "The disk of {place} is full, or a limit of its tablespace. Nothing was changed. Make room there and run again. The server says: {says}"),
        new(["1226", "1153"], "destination.quota", Fault.Destination, "A limit set on {place} was reached. Nothing was changed. Raise it there (max_allowed_packet for long texts), or write less at once. The server says: {says}"),
        new(["1037", "1038", "1041"], "destination.out_of_memory", Fault.Destination, "{place} ran out of memory. Nothing was changed. The server says: {says}", true),
        new(["1040", "1203"], "destination.too_busy", Fault.Destination, "{place} takes no more connections. It is tried again; if that stays so, raise max_connections there. The server says: {says}", true),
        new(["1290", "1836", "1792"], "destination.read_only", Fault.Setup, "{place} cannot be written to: it is a replica, or set to read only. Name the primary server. The server says: {says}"),
        new(["1213", "1205", "3572", "1020"], "destination.conflict", Fault.Destination, "Another change came in between at {place}. Nothing was changed; it is tried again. The server says: {says}", true),
        new(["1927", "1317", "1053", "2006", "2013", "4031"], "destination.lost", Fault.Destination, "The connection to {place} ended before the change was done. What was not committed is as it was; it is tried again, and a window is written once. The server says: {says}", true),
        new(["1969", "3024"], "destination.stopped", Fault.Destination, "{place} stopped a statement. Nothing was changed. Look at max_statement_time there. The server says: {says}", true),
        new([""], "destination.engine", Fault.Destination, "{place} refused a change; the table is as it was. The server says: {says}"),
    ];

    public static TributaryException? Explain(Exception error, string place, ServerOptions server) => error switch
    {
        MySqlException { InnerException: AuthenticationException tls } => Tls(place, tls.Message, error),
        // The driver's own sentences; one of the server's may quote any value of a row.
        MySqlException { ErrorCode: MySqlErrorCode.None or MySqlErrorCode.UnableToConnectToHost } e when e.Message.Contains("SSL", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("RSA public key", StringComparison.Ordinal) => Tls(place, e.Message, e),
        MySqlException { ErrorCode: MySqlErrorCode.UnableToConnectToHost } e => Unreachable(place, e.InnerException?.Message ?? e.Message, e),
        MySqlException { Number: 0 } e => Lost(place, e),
        MySqlException e => Rules.First(r => r.Fits(e.Number)).Explain(place, server, e.Message, e),
        SocketException e => Unreachable(place, e.Message, e),
        MySqlProtocolException or EndOfStreamException => Lost(place, error),
        _ => null,
    };

    public static bool IsTimeLimit(Exception error) => error is MySqlException e && TimeLimits.Contains(e.Number);

    private static TributaryException Unreachable(string place, string says, Exception cause) =>
        new("destination.unreachable", Fault.Destination, $"{place} cannot be reached: {says}. Check host and port, whether the server runs, and what stands between.", cause) { IsTransient = true };

    private static TributaryException Lost(string place, Exception cause) =>
        new("destination.lost", Fault.Destination, $"The connection to {place} ended before the change was done. What was not committed is as it was; it is tried again, and a window is written once. The driver says: {cause.Message}", cause) { IsTransient = true };

    private static TributaryException Tls(string place, string says, Exception cause) =>
        new("destination.tls", Fault.Setup, $"The encrypted way to {place} could not be set up: {says} Check the options tls and ca_file, and whether the server encrypts.", cause);
}
