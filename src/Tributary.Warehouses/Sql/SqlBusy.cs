using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>A table that something else holds for too long.</summary>
internal static class SqlBusy
{
    public const string Code = "destination.table_busy";

    /// <summary>For people; the places of <see cref="SqlErrorRule"/> are filled in.</summary>
    public const string Message = "Something else held the table, or a lock of it, at {place} for ten minutes: another change, or a statement or transaction that was left open. Nothing was changed. Look there for who holds it and end that, or wait for it, and run again. The server says: {says}";

    /// <summary>How long a change waits: longer than any other change of a window takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The row of an engine's table of failures for it. Trying again at once would be the same wait once more.</summary>
    public static SqlErrorRule Rule(params string[] codes) => new(codes, Code, Fault.Destination, Message);
}
