using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>From SQLite's result codes to what a person can do.</summary>
internal static class SqliteErrors
{
    /// <summary>The failure of a store at <paramref name="path"/>.</summary>
    public static TributaryException Of(SqliteException error, string path)
    {
        var (code, message) = error.SqliteErrorCode switch
        {
            5 or 6 => ("workspace.locked", $"Another program holds the workspace's records: {path}. Wait for it, or stop it, and try again."),
            8 or 3 or 23 => ("workspace.read_only", $"The workspace's records cannot be written: {path}. Check who owns the file and its folder."),
            11 or 26 => ("workspace.damaged", $"The workspace's records are damaged: {path}. Nothing was changed. Restore the file from a backup; the data file beside it is not affected."),
            13 => ("workspace.disk_full", $"The disk is full: {path} could not be written. Nothing was changed. Make room and try again."),
            14 => ("workspace.cannot_open", $"The workspace's records cannot be opened: {path}. Check that the folder exists and may be written."),
            _ => ("workspace.store", $"The workspace's records could not be used ({error.Message}): {path}."),
        };
        return new TributaryException(code, Fault.Workspace, message, error) { IsTransient = error.SqliteErrorCode is 5 or 6 };
    }
}
