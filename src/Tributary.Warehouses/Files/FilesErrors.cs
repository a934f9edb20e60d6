using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>Failures of files and of the engine that writes them, as failures for people.</summary>
internal static class FilesErrors
{
    /// <summary>The code of a file that is gone.</summary>
    public const string MissingFile = "destination.missing_file";

    private sealed record Rule(string Code, Fault Fault, string[] Texts, string Message);

    // Texts of the system calls that DuckDB 1.5.6 and .NET 10 quote.
    private static readonly Rule[] Rules =
    [
        new("destination.disk_full", Fault.Destination, ["No space left on device", "There is not enough space", "Disk quota exceeded", "File too large"], "There is no space left for '{path}'. The table is as it was. Make room on that disk and run again."),
        new("destination.denied", Fault.Destination, ["Permission denied", "Access is denied", "Access to the path", "Read-only file system", "Operation not permitted"], "'{path}' may not be written or read by the user that runs Tributary: {first}"),
        new(MissingFile, Fault.Destination, ["No such file or directory", "No files found that match", "Could not find", "The system cannot find", "is not there any more"], "A file that belongs to the table is not there: {first} Files of a table must not be moved or removed; read the DataSet again with --full."),
        new("destination.file_damaged", Fault.Destination, ["No magic bytes found", "Corrupt", "Malformed JSON", "CSV Error", "Invalid Input Error: Error when sniffing", "TProtocolException", "Failed to read Parquet", "Conversion Error"], "A file of the table in '{path}' is damaged or was changed by another program: {first} Read the DataSet again with --full."),
        new("destination.out_of_memory", Fault.Workspace, ["Out of Memory Error", "failed to allocate", "could not allocate block"], "DuckDB, which writes the files, needs more memory than it may take for '{path}': {first}"),
        new("destination.io", Fault.Destination, [""], "Writing or reading '{path}' failed: {first}"),
    ];

    public static TributaryException Explain(Exception e, string path)
    {
        var rule = StagingErrors.IsDiskFull(e) ? Rules[0] : Rules.First(r => r.Texts.Any(t => e.Message.Contains(t, StringComparison.OrdinalIgnoreCase)));
        var message = rule.Message
            .Replace("{path}", path, StringComparison.Ordinal)
            .Replace("{first}", e.Message.Split('\n', 2)[0].Trim().TrimEnd('.') + ".", StringComparison.Ordinal);
        return new TributaryException(rule.Code, rule.Fault, message, e) { IsTransient = rule.Code == "destination.io" };
    }

    public static TributaryException NoFolder(string folder) =>
        new("destination.missing_folder", Fault.Destination, $"The folder '{folder}' is not there on the machine that runs Tributary. Make it, or mount the disk it lies on; it is not made by itself, since the rows would lie beside a disk that is only not mounted.");

    public static TributaryException Busy(string path, TimeSpan waited) =>
        new("destination.table_busy", Fault.Destination, $"The table has been in use for {waited.TotalMinutes:0} minutes by another run, export or query (its lock is '{path}'). Wait until it is done, and try again.") { IsTransient = true };

    public static TributaryException LockLost(string path) =>
        new("destination.conflict", Fault.Destination, $"The lock '{path}' was lost, because this program stood still for too long or the storage could not be reached. Nothing was changed; try again.") { IsTransient = true };

    public static TributaryException Newer(string path, int version) =>
        new("destination.newer_version", Fault.Destination, $"The table of '{path}' was written by a newer Tributary (form {version}). Nothing was changed. Use the newer one.");

    public static TributaryException Unreadable(string path, Exception cause) =>
        new("destination.file_damaged", Fault.Destination, $"'{path}' is damaged or was changed by another program: {cause.Message} Put back the copy of a backup.", cause);

    /// <summary>A failure behind the point from which a commit is made.</summary>
    public static TributaryException Unfinished(TributaryException cause) =>
        new(cause.Code, cause.Fault, $"The change is written down and not all files have their names yet: whoever opens the table next finishes it, this run's next try too. {cause.Message}", cause) { IsTransient = true };
}
