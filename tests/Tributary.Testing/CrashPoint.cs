namespace Tributary.Testing;

/// <summary>Where a run is when its process is killed.</summary>
public enum CrashPoint
{
    /// <summary>Matomo was asked and has not answered.</summary>
    Reading,

    /// <summary>Half of an answer has arrived and is staged.</summary>
    Staging,

    /// <summary>A window is staged and checked; its commit has not begun.</summary>
    BeforeCommit,

    /// <summary>The transaction is open and has rows.</summary>
    InsideCommit,

    /// <summary>The destination has committed; the store knows nothing of it.</summary>
    AfterCommit,

    /// <summary>The windows are recorded; the end of the run is not.</summary>
    BeforeRecord,
}
