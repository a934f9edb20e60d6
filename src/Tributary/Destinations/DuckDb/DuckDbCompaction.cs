using DuckDB.NET.Data;

namespace Tributary.Destinations.DuckDb;

/// <summary>Writes the file anew: DuckDB keeps replaced space for itself and never returns it to the disk.</summary>
internal static class DuckDbCompaction
{
    public static async Task<(long Before, long After)> RunAsync(DuckDbFile file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            return (0, 0);
        }

        var compacted = file.Path + ".compact";
        Remove(compacted);
        try
        {
            var before = new FileInfo(file.Path).Length;
            using (var session = await file.OpenAsync(DuckDbAccess.Write, cancellationToken))
            {
                await session.RunAsync(() => Copy(session.Connection, compacted), cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                if (!OperatingSystem.IsWindows())
                {
                    // While the old file is still locked: nobody can have written to it in between.
                    File.Move(compacted, file.Path, overwrite: true);
                }
            }

            if (OperatingSystem.IsWindows())
            {
                // An open file cannot be replaced there.
                File.Move(compacted, file.Path, overwrite: true);
            }

            return (before, new FileInfo(file.Path).Length);
        }
        finally
        {
            Remove(compacted);
        }
    }

    private static void Copy(DuckDBConnection connection, string compacted)
    {
        var name = DuckDbDialect.Quote((string)connection.Scalar("SELECT current_database()")!);
        connection.Execute("CHECKPOINT");
        connection.Execute($"ATTACH {DuckDbDialect.Literal(compacted)} AS _tributary_compact");
        connection.Execute($"COPY FROM DATABASE {name} TO _tributary_compact");
        connection.Execute("CHECKPOINT _tributary_compact");
        connection.Execute("DETACH _tributary_compact");
    }

    private static void Remove(string compacted)
    {
        File.Delete(compacted);
        File.Delete(compacted + ".wal");
    }
}
