using System.Diagnostics;
using Tributary.Cli.Output;
using Tributary.Model;

namespace Tributary.Cli.Tests.Output;

public sealed class OutputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-output-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_appears_whole()
    {
        var file = Path.Combine(_folder, "pages.csv");
        await File.WriteAllTextAsync(file, "the old one, which is longer", TestContext.Current.CancellationToken);

        var bytes = await OutputFile.WriteAsync(file, s => s.WriteAsync("new"u8.ToArray()).AsTask());

        Assert.Equal(3, bytes);
        Assert.Equal("new", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_file_that_failed()
    {
        var file = Path.Combine(_folder, "pages.csv");

        await Assert.ThrowsAsync<InvalidDataException>(() => OutputFile.WriteAsync(file, async s =>
        {
            await s.WriteAsync("half"u8.ToArray());
            throw new InvalidDataException();
        }));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task An_old_file_outlives_a_failed_new_one()
    {
        var file = Path.Combine(_folder, "pages.csv");
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidDataException>(() => OutputFile.WriteAsync(file, _ => throw new InvalidDataException()));

        Assert.Equal("old", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_link_stays_a_link()
    {
        var file = Path.Combine(_folder, "real.csv");
        var link = Path.Combine(_folder, "link.csv");
        File.CreateSymbolicLink(link, file);

        await OutputFile.WriteAsync(link, s => s.WriteAsync("new"u8.ToArray()).AsTask());

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal("new", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_named_pipe_stays_one_and_gets_what_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes among files.");
        var pipe = Path.Combine(_folder, "pipe");
        using (var made = Process.Start("mkfifo", pipe))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        await OutputFile.WriteAsync(pipe, s => s.WriteAsync("new"u8.ToArray()).AsTask());

        Assert.Equal("new", await read.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal([pipe], Directory.GetFiles(_folder));
        Assert.Equal(0, new FileInfo(pipe).Length);
    }

    [Fact]
    public async Task A_place_that_cannot_be_is_named()
    {
        var missing = await Assert.ThrowsAsync<InputException>(() => OutputFile.WriteAsync(Path.Combine(_folder, "no", "pages.csv"), _ => Task.CompletedTask));
        var folder = await Assert.ThrowsAsync<InputException>(() => OutputFile.WriteAsync(_folder, _ => Task.CompletedTask));

        Assert.Contains("there is no folder", missing.Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", folder.Message, StringComparison.Ordinal);
    }
}
