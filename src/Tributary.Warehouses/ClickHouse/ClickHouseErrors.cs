using System.Net.Sockets;
using System.Security.Authentication;
using ClickHouse.Driver;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>ClickHouse's failures as failures for people, by their numbers: one ordered table.</summary>
internal static class ClickHouseErrors
{
    public const int TableExists = 57;
    public const int Denied = 497;
    private const int Timeout = 159;

    private static readonly SqlErrorRule[] Rules =
    [
        new(["516", "192", "193", "194"], "destination.sign_in", Fault.Setup, "{place} does not let the user '{user}' in. Check user and password. The server says: {says}"),
        new(["81"], "destination.no_database", Fault.Setup, "There is no database '{database}' at {place}. Create it, or name another."),
        new(["497", "291"], "destination.denied", Fault.Setup, "The user '{user}' may not do that in {place}. Nothing was changed. Give it the rights its page in the documentation lists. The server says: {says}"),
        new(["164", "242"], "destination.read_only", Fault.Setup, "{place} cannot be written to by this user, or not now. The server says: {says}"),
        new(["243"], "destination.disk_full", Fault.Destination, "The disk of {place} is full. Nothing was changed. Make room there and run again. The server says: {says}"),
        new(["201", "396", "158", "307"], "destination.quota", Fault.Destination, "A limit set on {place} was reached. Nothing was changed. Raise it there, or write less at once. The server says: {says}"),
        new(["241", "173"], "destination.out_of_memory", Fault.Destination, "{place} ran out of memory. Nothing was changed. The server says: {says}", true),
        new(["202"], "destination.too_busy", Fault.Destination, "{place} runs as many statements as it may. It is tried again. The server says: {says}", true),
        new(["252", "473", "216"], "destination.conflict", Fault.Destination, "{place} is busy with the same table. Nothing was changed; it is tried again. The server says: {says}", true),
        new(["159", "160", "394"], "destination.stopped", Fault.Destination, "{place} stopped a statement. Nothing was changed. Look at max_execution_time there. The server says: {says}", true),
        new(["209", "210", "236", "425"], "destination.lost", Fault.Destination, "The connection of {place} ended before the change was done. What was not committed is not seen; it is tried again, and a window is written once. The server says: {says}", true),
        new([""], "destination.engine", Fault.Destination, "{place} refused a change; the table is as it was. The server says: {says}"),
    ];

    public static TributaryException? Explain(Exception error, string place, ServerOptions server) => error switch
    {
        ClickHouseServerException e => Rules.First(r => r.Fits(e.ErrorCode)).Explain(place, server, Says(e), e),
        HttpRequestException { InnerException: AuthenticationException tls } e =>
            new TributaryException("destination.tls", Fault.Setup, $"The encrypted way to {place} could not be set up: {tls.Message} Check the options tls and ca_file, and the port: 8443 is the usual one.", e),
        HttpRequestException { InnerException: SocketException way } e => Unreachable(place, way.Message, e),
        SocketException e => Unreachable(place, e.Message, e),
        HttpRequestException or HttpIOException or EndOfStreamException =>
            new TributaryException("destination.lost", Fault.Destination, $"The connection to {place} ended before the change was done. What was not committed is not seen; it is tried again, and a window is written once. The driver says: {error.Message}", error) { IsTransient = true },
        _ => null,
    };

    /// <summary>The engine's sentence, without the statement and the version around it.</summary>
    public static string Says(Exception error)
    {
        var text = error.Message.Split("DB::Exception: ", 2) is [_, var rest] ? rest : error.Message;
        return text.Split('\n', 2)[0].Trim();
    }

    public static bool IsTimeLimit(Exception error) => error is ClickHouseServerException { ErrorCode: Timeout };

    private static TributaryException Unreachable(string place, string says, Exception cause) =>
        new("destination.unreachable", Fault.Destination, $"{place} cannot be reached: {says}. Check host and port, whether the server runs, and what stands between.", cause) { IsTransient = true };
}
