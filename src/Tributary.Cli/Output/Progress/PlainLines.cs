using Tributary.Cli.Terminals;
using Tributary.Model;

namespace Tributary.Cli.Output.Progress;

/// <summary>A line when a run begins, one every few seconds, one at its end: readable in a log.</summary>
internal sealed class PlainLines(Terminal terminal) : IProgress<RunProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, TimeSpan> _lastSaid = new(StringComparer.Ordinal);

    public void Report(RunProgress value)
    {
        lock (_lastSaid)
        {
            if (value.Result is { } result)
            {
                terminal.Say($"{value.DataSet}: {RunWords.Ended(result)}");
            }
            else if (!_lastSaid.TryGetValue(value.DataSet, out var last))
            {
                _lastSaid[value.DataSet] = value.Elapsed;
                terminal.Say($"{value.DataSet}: {Words.Count(value.WindowsPlanned, "window")} to read");
            }
            else if (value.Elapsed - last >= Every)
            {
                _lastSaid[value.DataSet] = value.Elapsed;
                terminal.Say($"{value.DataSet}: {RunWords.Progress(value)}");
            }
        }
    }
}
