using System.Runtime.CompilerServices;

namespace Tributary.Tests.Approved;

/// <summary>
/// Tables of recorded answers against texts that a person has read. To write the texts anew:
/// <c>TRIBUTARY_APPROVE=1 dotnet run --project tests/Tributary.Tests -- -namespace Tributary.Tests.Approved</c>, then read what git shows as changed.
/// </summary>
public sealed class ApprovedTests
{
    private static readonly bool Approve = Environment.GetEnvironmentVariable("TRIBUTARY_APPROVE") == "1";

    public static TheoryData<string, string> Methods
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (version, method) in ApprovedTable.Recordings.Select(r => r.Key))
            {
                data.Add(version, method);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_recorded_answer_makes_the_table_that_was_read_through(string version, string method)
    {
        var path = PathOf(version, method);
        var text = await ApprovedTable.TextAsync(ApprovedTable.Recordings[(version, method)]);
        if (Approve)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(path), $"{version}/{method} has not been approved.");
        var approved = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").Split('\n');
        var now = text.Split('\n');
        var line = Enumerable.Range(0, Math.Max(approved.Length, now.Length)).FirstOrDefault(i => approved.ElementAtOrDefault(i) != now.ElementAtOrDefault(i), -1);
        Assert.True(line < 0, $"{version}/{method} differs from line {line + 1} on.\napproved: {approved.ElementAtOrDefault(line)}\nnow:      {now.ElementAtOrDefault(line)}");
    }

    [Fact]
    public void No_approved_table_is_without_a_recording()
    {
        var wanted = ApprovedTable.Recordings.Select(r => PathOf(r.Key.Version, r.Key.Method)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(Folder(), "*.txt", SearchOption.AllDirectories).Where(p => !wanted.Contains(p)))
        {
            Assert.True(Approve, $"{path} belongs to no recording.");
            File.Delete(path);
        }

        Assert.True(wanted.Count > 150, $"Only {wanted.Count} methods have recordings.");
    }

    private static string PathOf(string version, string method) => Path.Combine(Folder(), version, method + ".txt");

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
