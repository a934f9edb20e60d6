using System.Text.Json;
using Tributary.Cli.Terminals;

namespace Tributary.Cli.Tests;

/// <summary>What a person may type, and what then goes wrong, is said in a sentence and with the right code.</summary>
public sealed class PlainSpeechTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    private string Folder => workspace.PathOf("workspace");

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    public async Task Output_that_cannot_be_written_is_one_sentence_and_the_workspaces_side(string word)
    {
        using var error = new StringWriter { NewLine = "\n" };

        // Not disposed of: what waits in it cannot be written.
        var output = new StreamWriter(new StandardOutput(new FullDisk()));

        var code = await Program.RunAsync([word], new Terminal(output, error), TestContext.Current.CancellationToken);

        Assert.Equal(6, code);
        Assert.Equal("error: The output could not be written: No space left on device. Nothing else is wrong; send it somewhere with room, and run the command again.\n", error.ToString());
    }

    [Fact]
    public async Task A_statement_or_a_folder_that_is_empty_is_wrong_usage()
    {
        var query = await Cli.RunAsync("query", "", "--workspace", Folder);
        var folder = await Cli.RunAsync("dataset", "list", "--workspace", "");

        Assert.Equal(2, query.ExitCode);
        Assert.StartsWith("error: SQL: The statement is empty.", query.Error, StringComparison.Ordinal);
        Assert.Equal(2, folder.ExitCode);
        Assert.StartsWith("error: --workspace: The name of the folder is empty.", folder.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_a_field_and_columns_are_taken_away_by_an_empty_text_and_all_columns_are_all()
    {
        await ExpectAsync("dataset", "add", "Visits", "--account", "Main", "--report", "VisitsSummary.get", "--segment", "deviceType==smartphone", "--columns", "all");
        var added = await DetailsAsync("Visits");

        await ExpectAsync("dataset", "edit", "Visits", "--segment", "");
        var edited = await DetailsAsync("Visits");

        Assert.Equal(0, added.GetProperty("columns").GetArrayLength());
        Assert.Equal(1, added.GetProperty("segments").GetArrayLength());
        Assert.Equal(0, edited.GetProperty("segments").GetArrayLength());
    }

    [Fact]
    public async Task Days_that_go_back_before_the_calendar_are_refused()
    {
        var run = await Cli.RunAsync("dataset", "edit", "Pages", "--keep-days", "800000", "--workspace", Folder);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--keep-days: '800000' is not a whole number from 0 to 36500.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_DataSet_named_twice_is_run_once()
    {
        var run = await workspace.RunAsync("dataset", "run", "Pages", "pages", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, JsonDocument.Parse(run.Out).RootElement.GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task A_destination_that_is_not_there_is_told_at_the_flag_that_named_it()
    {
        var run = await Cli.RunAsync("dataset", "move", "Pages", "--to", "Nope", "--workspace", Folder);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: --to: There is no destination 'Nope'.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_is_told_as_JSON()
    {
        await ExpectAsync("key", "add", "nightly");

        var run = await Cli.RunAsync("key", "revoke", "nightly", "--json", "--workspace", Folder);

        Assert.Equal((0, "nightly"), (run.ExitCode, JsonDocument.Parse(run.Out).RootElement.GetProperty("revoked").GetString()));
    }

    [Fact]
    public async Task A_name_with_an_escape_is_seen_and_does_nothing()
    {
        var run = await Cli.RunAsync("dataset", "show", "Pa\u001b[31mges", "--workspace", Folder);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Pa\\x1b[31mges", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Error);
    }

    private async Task<JsonElement> DetailsAsync(string name)
    {
        var shown = await Cli.RunAsync("dataset", "show", name, "--json", "--workspace", Folder);
        return JsonDocument.Parse(shown.Out).RootElement.GetProperty("details");
    }

    private async Task ExpectAsync(params string[] words)
    {
        var run = await workspace.RunAsync(words);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', words)}: {run.ExitCode}\n{run.Out}\n{run.Error}");
    }

    /// <summary>Takes nothing.</summary>
    private sealed class FullDisk : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");
    }
}
