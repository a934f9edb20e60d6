using Tributary.Cli.Terminals;
using Tributary.Model;

namespace Tributary.Cli.Output.Progress;

/// <summary>Shows runs while they go: a live display at a terminal, plain lines elsewhere.</summary>
internal static class RunDisplay
{
    public static Task<T> ShowAsync<T>(Terminal terminal, Func<IProgress<RunProgress>, Task<T>> work) =>
        terminal.ErrorIsTerminal ? LiveDisplay.ShowAsync(terminal, work) : work(new PlainLines(terminal));
}
