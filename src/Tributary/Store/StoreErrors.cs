using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>SQLite's failures as failures for people: one table by result code (https://sqlite.org/rescode.html).</summary>
internal static class StoreErrors
{
    private const int Constraint = 19;
    private const int ConstraintUnique = 2067;

    private static readonly (int[] Codes, string Code, string Message, bool IsTransient)[] Rules =
    [
        ([13], "workspace.disk_full", "There is no space left for the workspace file '{path}'. Nothing was changed. Make room on that disk and run again.", false),
        ([5, 6], "workspace.locked", "The workspace file '{path}' stayed locked by another program. Close what else has it open, and try again.", true),
        ([11, 26], "workspace.damaged", "The workspace file '{path}' is damaged or not a Tributary workspace. Put a backup in its place, or choose another workspace folder.", false),
        ([8, 3, 23], "workspace.read_only", "The workspace file '{path}' cannot be written. Give this user the right to write it and its folder.", false),
        ([14], "workspace.cannot_open", "The workspace file '{path}' cannot be opened. Check that its folder is there and that this user may use it.", false),
    ];

    public static TributaryException Explain(SqliteException e, string path)
    {
        var rule = Rules.FirstOrDefault(r => r.Codes.Contains(e.SqliteErrorCode));
        return rule.Code is null
            ? new TributaryException("workspace.io", Fault.Workspace, $"Reading or writing the workspace file '{path}' failed. SQLite says: {e.Message}", e)
            : new TributaryException(rule.Code, Fault.Workspace, rule.Message.Replace("{path}", path, StringComparison.Ordinal), e) { IsTransient = rule.IsTransient };
    }

    /// <summary>Whether a UNIQUE column refused the value.</summary>
    public static bool IsTaken(SqliteException e, string column) =>
        e.SqliteExtendedErrorCode == ConstraintUnique && e.Message.Contains(column, StringComparison.Ordinal);

    /// <summary>Breaking a rule of the tables is a caller's mistake, not the file's.</summary>
    public static bool IsMisuse(SqliteException e) => e.SqliteErrorCode == Constraint;
}
