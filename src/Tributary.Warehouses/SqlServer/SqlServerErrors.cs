using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.SqlServer;

/// <summary>SQL Server's failures as failures for people, by their numbers: one ordered table. The numbers are those of Microsoft's documentation.</summary>
internal static class SqlServerErrors
{
    private const int TimedOut = -2;

    private static readonly SqlErrorRule[] Rules =
    [
        new(["18456", "18452", "18470", "18487", "18488"], "destination.sign_in", Fault.Setup, "{place} does not let the user '{user}' in. Check user and password. The server says: {says}"),
        new(["4060", "911", "2760"], "destination.no_database", Fault.Setup, "The database '{database}' or the schema is not there, or the user '{user}' may not open it, at {place}. Create it, or name another. The server says: {says}"),
        new(["229", "230", "262", "297", "300", "3704"], "destination.denied", Fault.Setup, "The user '{user}' may not do that in {place}. Nothing was changed. Give it the rights its page in the documentation lists. The server says: {says}"),
        new(["4922", "5074"], "destination.in_the_way", Fault.Setup, "A change of a table in {place} is held up by something that depends on it, such as an index on a column whose type has to be wider. Nothing was changed. Drop it, run again, and create it anew. The server says: {says}"),
        new(["511", "1701", "1702"], "destination.too_many_columns", Fault.Setup, "A row is wider than {place} can hold: 1,024 columns and about 8,000 bytes beside long texts. Nothing was changed. Read fewer goals or fields, or choose another destination for this DataSet. The server says: {says}"),
        new(["1101", "1105", "9002", "3257"], "destination.disk_full", Fault.Destination, "The disk of {place} is full, or its files may not grow. Nothing was changed. Make room there and run again. The server says: {says}"),
        new(["40544", "10928"], "destination.quota", Fault.Destination, "A limit set on {place} was reached. Nothing was changed. Raise it there, or write less at once. The server says: {says}"),
        new(["701", "802", "8645", "8651", "1204"], "destination.out_of_memory", Fault.Destination, "{place} ran out of memory. Nothing was changed. The server says: {says}", true),
        new(["17809", "10929", "40501", "40613", "49918"], "destination.too_busy", Fault.Destination, "{place} takes no more for now. It is tried again. The server says: {says}", true),
        new(["3906", "3908", "978"], "destination.read_only", Fault.Setup, "{place} cannot be written to: it is set to read only, or a secondary. Name the primary. The server says: {says}"),
        SqlBusy.Rule("51222"),
        new(["1205", "51205", "1222", "3960", "41302"], "destination.conflict", Fault.Destination, "Another change came in between at {place}. Nothing was changed; it is tried again. The server says: {says}", true),
        new(["-1", "2", "53", "258", "10060", "10061", "11001"], "destination.unreachable", Fault.Destination, "{place} cannot be reached. Check host and port, whether the server runs, and what stands between. The driver says: {says}", true),
        new(["20", "64", "121", "233", "596", "6005", "10053", "10054"], "destination.lost", Fault.Destination, "The connection to {place} ended before the change was done. What was not committed is as it was; it is tried again, and a window is written once. The driver says: {says}", true),
        new(["-2"], "destination.stopped", Fault.Destination, "A statement at {place} was stopped. Nothing was changed. The driver says: {says}", true),
        new([""], "destination.engine", Fault.Destination, "{place} refused a change; the table is as it was. The server says: {says}"),
    ];

    public static TributaryException? Explain(Exception error, string place, ServerOptions server) => error switch
    {
        SqlException e when e.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
            new TributaryException("destination.tls", Fault.Setup, $"The encrypted way to {place} could not be set up: {e.Message} Check the option tls.", e),
        SqlException e => Of(e.Number).Explain(place, server, e.Message, e),
        SocketException e => Of(-1).Explain(place, server, e.Message, e),
        _ => null,
    };

    /// <summary>The row of a number.</summary>
    public static SqlErrorRule Of(int number) => Rules.First(r => r.Fits(number));

    public static bool IsTimeLimit(Exception error) => error is SqlException { Number: TimedOut } || (error is SqlException e && e.Message.Contains("cancelled by user", StringComparison.OrdinalIgnoreCase));
}
