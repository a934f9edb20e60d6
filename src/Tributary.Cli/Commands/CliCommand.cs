using System.CommandLine;

namespace Tributary.Cli.Commands;

/// <summary>A command that does something: its options, one call on the workspace, one print.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
    }

    /// <summary>Command lines to copy, shown at the end of the help.</summary>
    public IReadOnlyList<string> Examples { get; }

    public abstract Task<int> RunAsync(Call call, CancellationToken cancellationToken);

    protected void AddAll(IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            Add(option);
        }
    }
}
