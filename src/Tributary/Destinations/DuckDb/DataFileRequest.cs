using Tributary.Files;

namespace Tributary.Destinations.DuckDb;

/// <summary>The note by which a process that finds the data file busy asks the one that keeps it open between commits to let go.</summary>
internal static class DataFileRequest
{
    private const string Name = "data-file-wanted";

    /// <summary>Leaves the note. Returns whether it could; without it the file comes free all the same, later.</summary>
    public static bool Leave(string stagingFolder)
    {
        try
        {
            Directory.CreateDirectory(stagingFolder);
            File.WriteAllBytes(Path.Combine(stagingFolder, Name), []);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Takes the note away. Returns whether there was one.</summary>
    public static bool Take(string stagingFolder)
    {
        var note = Path.Combine(stagingFolder, Name);
        try
        {
            if (!File.Exists(note))
            {
                return false;
            }

            File.Delete(note);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
