using Tributary.Model;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>How a state is shown: a shape and words, and a colour where a person is needed.</summary>
/// <param name="Shape">Which drawing.</param>
/// <param name="Words">Two words at most.</param>
/// <param name="Tone">ok, warn, bad, run; empty for a state that asks for nothing.</param>
public sealed record StatusLook(StatusShape Shape, string Words, string Tone)
{
    /// <summary>Read, and nothing to say.</summary>
    public static StatusLook UpToDate { get; } = new(StatusShape.Dot, "Up to date", "ok");

    /// <summary>Read, and something needs a look.</summary>
    public static StatusLook Warnings { get; } = new(StatusShape.Triangle, "Warnings", "warn");

    /// <summary>Some of it was read.</summary>
    public static StatusLook Partial { get; } = new(StatusShape.Half, "Partial", "warn");

    /// <summary>Not read.</summary>
    public static StatusLook Failed { get; } = new(StatusShape.Cross, "Failed", "bad");

    /// <summary>At work.</summary>
    public static StatusLook Running { get; } = new(StatusShape.Arc, "Running", "run");

    /// <summary>Waits for its turn.</summary>
    public static StatusLook Queued { get; } = new(StatusShape.Ring, "Queued", "queue");

    /// <summary>Read when a person says so, last time without trouble.</summary>
    public static StatusLook ByHand { get; } = new(StatusShape.Dash, "By hand", "off");

    /// <summary>Stopped by a person.</summary>
    public static StatusLook Cancelled { get; } = new(StatusShape.Barred, "Cancelled", "off");

    /// <summary>A time that was left out.</summary>
    public static StatusLook Skipped { get; } = new(StatusShape.Dash, "Skipped", "off");

    /// <summary>Nothing was read yet.</summary>
    public static StatusLook NeverRun { get; } = new(StatusShape.Dash, "Never run", "off");

    /// <summary>Whether a person is needed.</summary>
    public bool NeedsAttention => Tone is "warn" or "bad";

    /// <summary>How a DataSet stands.</summary>
    /// <param name="last">How its last run ended; null before the first.</param>
    /// <param name="live">Queued or running; null for neither.</param>
    /// <param name="isByHand">Whether it has no schedule.</param>
    /// <param name="isWrong">Whether something is not right about what is stored, however well the last run ended.</param>
    public static StatusLook OfDataSet(RunStatus? last, RunStatus? live, bool isByHand, bool isWrong) => live switch
    {
        RunStatus.Running => Running,
        RunStatus.Queued => Queued,
        _ => OfLast(last, isByHand) is var look && isWrong && !look.NeedsAttention ? Warnings : look,
    };

    private static StatusLook OfLast(RunStatus? last, bool isByHand) => last switch
    {
        null => NeverRun,
        RunStatus.Succeeded or RunStatus.Skipped => isByHand ? ByHand : UpToDate,
        _ => OfRun(last.Value),
    };

    /// <summary>How a run stands or ended.</summary>
    public static StatusLook OfRun(RunStatus status) => status switch
    {
        RunStatus.Queued => Queued,
        RunStatus.Running => Running,
        RunStatus.Succeeded => UpToDate with { Words = "Succeeded" },
        RunStatus.SucceededWithWarnings => Warnings,
        RunStatus.Partial => Partial,
        RunStatus.Failed => Failed,
        RunStatus.Cancelled => Cancelled,
        _ => Skipped,
    };
}

/// <summary>The drawings of states: each is told from the others without colour.</summary>
public enum StatusShape
{
    /// <summary>A full dot.</summary>
    Dot,

    /// <summary>A full triangle.</summary>
    Triangle,

    /// <summary>A ring, half full.</summary>
    Half,

    /// <summary>A cross.</summary>
    Cross,

    /// <summary>A turning arc.</summary>
    Arc,

    /// <summary>A dotted ring.</summary>
    Ring,

    /// <summary>A dash.</summary>
    Dash,

    /// <summary>A barred ring.</summary>
    Barred,
}
