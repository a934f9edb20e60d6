using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tributary.Cli.Terminals;
using Tributary.Model;

namespace Tributary.Cli.Output.Progress;

/// <summary>One line a DataSet that redraws itself: a bar, windows, rows, rate, time left.</summary>
internal static class LiveDisplay
{
    public static async Task<T> ShowAsync<T>(Terminal terminal, Func<IProgress<RunProgress>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(terminal.Error),
        });
        // A writer Spectre did not make itself counts as 80 columns wide.
        console.Profile.Width = terminal.Width;
        var words = new ConcurrentDictionary<int, string>();
        var say = terminal.Say;
        terminal.Say = line => console.WriteLine(line);
        try
        {
            return await console.Progress()
                .AutoClear(false)
                .HideCompleted(false)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new WordsColumn(words))
                .StartAsync(context => work(new Lines(context, words)));
        }
        finally
        {
            terminal.Say = say;
        }
    }

    private sealed class Lines(ProgressContext context, ConcurrentDictionary<int, string> words) : IProgress<RunProgress>
    {
        private readonly ConcurrentDictionary<string, ProgressTask> _tasks = new(StringComparer.Ordinal);

        public void Report(RunProgress value)
        {
            var task = _tasks.GetOrAdd(value.DataSet, name => context.AddTask(Markup.Escape(TextTable.Clean(name))));
            task.MaxValue = Math.Max(1, value.WindowsPlanned);
            if (value.Result is { } result)
            {
                words[task.Id] = RunWords.Ended(result);
                task.Value = result.Status is RunStatus.Failed or RunStatus.Cancelled ? value.WindowsDone : task.MaxValue;
                task.StopTask();
            }
            else
            {
                words[task.Id] = RunWords.Progress(value);
                task.Value = value.WindowsDone;
            }
        }
    }

    private sealed class WordsColumn(ConcurrentDictionary<int, string> words) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(words.GetValueOrDefault(task.Id, ""));
    }
}
