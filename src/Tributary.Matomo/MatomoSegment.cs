namespace Tributary.Matomo;

/// <summary>A segment saved on the server.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, HTML entities decoded.</param>
/// <param name="Definition">The expression, as <c>segment</c> takes it.</param>
public sealed record MatomoSegment(int Id, string Name, string Definition)
{
    /// <summary>Whether Matomo archives it by itself; others may be answered with zeros.</summary>
    public bool AutoArchive { get; init; }
}
