using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Cli;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Warnings = 1;
    public const int Usage = 2;
    public const int Source = 3;
    public const int Destination = 4;
    public const int Partial = 5;
    public const int Workspace = 6;
    public const int Defect = 70;
    public const int Cancelled = 130;

    public static int Of(Fault fault) => fault switch
    {
        Fault.Setup => Usage,
        Fault.Source => Source,
        Fault.Destination => Destination,
        Fault.Workspace => Workspace,
        _ => Defect,
    };

    public static int Of(IReadOnlyList<RunResult> runs, bool strict)
    {
        if (runs.Any(r => r.Status == RunStatus.Cancelled))
        {
            return Cancelled;
        }

        var failed = runs.Where(r => r.Status == RunStatus.Failed).ToList();
        if (runs.Any(r => r.Status == RunStatus.Partial) || (failed.Count > 0 && failed.Count < runs.Count))
        {
            return Partial;
        }

        if (failed.Count > 0)
        {
            return Of(failed[0].Error?.Fault ?? Fault.Defect);
        }

        return strict && runs.Any(r => r.Status is RunStatus.SucceededWithWarnings or RunStatus.Skipped) ? Warnings : Ok;
    }
}
