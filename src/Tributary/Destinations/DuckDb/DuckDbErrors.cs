using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>DuckDB's failures as failures for people: one ordered table, the first row that fits counts.</summary>
internal static partial class DuckDbErrors
{
    private sealed record Rule(string Code, Fault Fault, string[] Texts, string Message, bool IsTransient = false);

    // Texts of DuckDB 1.5.6 and of the system calls it quotes. DuckDB.NET leaves ErrorType "Invalid" on many paths (open, bind), so the text decides.
    private static readonly Rule[] Rules =
    [
        new("destination.file_busy", Fault.Workspace, ["Could not set lock on file", "being used by another process"], "The data file '{path}' is held by {holder}. Close it there, or wait until it is done, and try again.", true),
        new("destination.disk_full", Fault.Workspace, ["No space left on device", "There is not enough space", "Disk quota exceeded", "File too large"], "There is no space left for the data file '{path}'. Nothing was changed. Make room on that disk and run again."),
        new("destination.file_denied", Fault.Workspace, ["Permission denied", "Access is denied", "Read-only file system", "Operation not permitted"], "The data file '{path}' cannot be opened: {first}. Give this user the right to read and write it and its folder."),
        new("destination.newer_version", Fault.Workspace, ["created with a newer version", "created with an newer version", "version number", "storage version"], "The data file '{path}' was written by another version of DuckDB than this program has. Nothing was changed. Use the newer Tributary. DuckDB says: {first}"),
        new("destination.file_damaged", Fault.Workspace, ["not a valid DuckDB database file", "Corrupt database file", "checksum", "Failure while replaying WAL", "Serialization Error"], "The data file '{path}' is damaged or not a DuckDB file. Put a backup in its place, or move it away and run again. DuckDB says: {first}"),
        new("destination.out_of_memory", Fault.Workspace, ["Out of Memory Error", "failed to allocate", "could not allocate block"], "DuckDB needs more than its memory limit for '{path}'. Raise the limit, or make room on disk for its overflow. DuckDB says: {first}"),
        new("destination.missing_folder", Fault.Workspace, ["No such file or directory", "The system cannot find the path"], "The data file '{path}' cannot be opened: its folder is not there."),
        new("destination.conflict", Fault.Destination, ["Conflict on", "TransactionContext Error", "another transaction has altered"], "Another change to '{path}' came in between. Nothing was changed; try again. DuckDB says: {first}", true),
        new("destination.io", Fault.Workspace, ["IO Error"], "Reading or writing the data file '{path}' failed. Check the disk it lies on. DuckDB says: {first}"),
        new("destination.engine", Fault.Destination, [""], "DuckDB refused a change to '{path}'; the table is as it was. DuckDB says: {first}"),
    ];

    // What a statement typed by a person can bring about by itself; all else is the file's trouble.
    private static readonly string[] StatementErrors =
    [
        "Parser Error", "Binder Error", "Catalog Error", "Conversion Error", "Out of Range Error", "Invalid Input Error", "Permission Error", "Syntax Error",
        "Not implemented Error", "Invalid Type Error", "Mismatch Type Error", "Constraint Error", "Expression Error", "Invalid Configuration Error", "Dependency Error",
    ];

    /// <summary>Whether another process holds the file.</summary>
    public static bool IsBusy(DuckDBException e) => Rules[0].Texts.Any(t => e.Message.Contains(t, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether there is no table of the name.</summary>
    public static bool IsNoTable(DuckDBException e) => e.Message.StartsWith("Catalog Error: Table with name", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the statement was stopped by us.</summary>
    public static bool IsInterrupted(DuckDBException e) => e.Message.StartsWith("INTERRUPT Error", StringComparison.OrdinalIgnoreCase);

    public static TributaryException Explain(Exception e, string path)
    {
        var rule = Rules.First(r => r.Texts.Any(t => e.Message.Contains(t, StringComparison.OrdinalIgnoreCase)));
        var message = rule.Message
            .Replace("{path}", path, StringComparison.Ordinal)
            .Replace("{holder}", Holder(e.Message, path), StringComparison.Ordinal)
            .Replace("{first}", FirstLine(e.Message), StringComparison.Ordinal);
        return new TributaryException(rule.Code, rule.Fault, message, e) { IsTransient = rule.IsTransient };
    }

    /// <summary>A failure of a statement that a person typed.</summary>
    public static TributaryException ExplainStatement(DuckDBException e, string path) =>
        StatementErrors.FirstOrDefault(t => e.Message.StartsWith(t, StringComparison.OrdinalIgnoreCase)) is { } kind
            ? Statement(Sentence(OwnSuggestion().Replace(e.Message, "")[kind.Length..].TrimStart(':', ' ').TrimEnd()), e)
            : Explain(e, path);

    public static TributaryException Statement(string text, Exception? cause = null) =>
        new("query.sql", Fault.Setup, $"The query cannot be run. {text}", cause);

    public static TributaryException TooLarge(string column, long most) =>
        new("query.too_large", Fault.Setup, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The query was stopped: a value of '{column}' is larger than {most >> 20} MB. Ask for a part of it, with left() or substr()."));

    public static TributaryException TooLong(TimeSpan limit, Exception cause) =>
        new("query.too_long", Fault.Setup, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The query was stopped: it took longer than {limit.TotalSeconds:0.#} seconds. Nothing was changed. Ask for fewer days, rows or columns, or run it with `tributary query`, which has no limit."), cause);

    public static TributaryException QueueTooLong(string path, TimeSpan waited) =>
        new("destination.file_busy", Fault.Workspace, $"The data file '{path}' has been in use for {waited.TotalSeconds:0} seconds by another query, export or run of this same process. Wait until it is done, and try again.") { IsTransient = true };

    // "Did you mean "pg_indexes"?": the engine knows tables of its own that nobody means.
    [GeneratedRegex("\\n?Did you mean \"(?:pg_|sqlite_|duckdb_|information_schema|_tributary_)[^\\n]*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnSuggestion();

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static string Holder(string text, string path)
    {
        // "Conflicting lock is held in /usr/bin/python3.11 (PID 4711) by user ann. See also …"
        if (HolderPattern().Match(text) is { Success: true } match)
        {
            var id = match.Groups["pid"].Value;
            return $"process {id} ({CommandOf(id) ?? match.Groups["command"].Value})";
        }

        return FileHolders.Find(path) is { } id2 ? $"process {id2} ({CommandOf(id2) ?? "unknown"})" : "another process";
    }

    private static string? CommandOf(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/comm").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"held in (?<command>.+?) \(PID (?<pid>\d+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex HolderPattern();
}
