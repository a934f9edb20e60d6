namespace Tributary.SampleMatomo;

/// <summary>The tokens the sample accepts.</summary>
/// <param name="Super">The super user's.</param>
/// <param name="View">Of a user who may view all sites but the last; works in query and body.</param>
/// <param name="SecureOnly">May view all sites; works in a POST body only.</param>
public sealed record SampleTokens(string Super, string View, string SecureOnly)
{
    /// <summary>Says nothing about the tokens.</summary>
    public override string ToString() => nameof(SampleTokens);
}

/// <summary>A site of the sample.</summary>
/// <param name="SiteId">Matomo's number.</param>
/// <param name="Name">As listed.</param>
/// <param name="TimeZone">A PHP zone name or <c>UTC+5.5</c>.</param>
/// <param name="Currency">ISO code.</param>
public sealed record SampleSite(int SiteId, string Name, string TimeZone, string Currency);

/// <summary>A segment stored on the server.</summary>
/// <param name="Name">As shown in the segment list.</param>
/// <param name="Definition">The condition, <c>deviceType==smartphone</c>.</param>
/// <param name="AutoArchive">Whether it is archived ahead of being asked for.</param>
public sealed record SampleSegment(string Name, string Definition, bool AutoArchive = true);

/// <summary>A request the sample answered.</summary>
/// <param name="Method">The API method; empty when none was named.</param>
/// <param name="Parameters">All parameters but the token; arrays as <c>name[]</c>, items separated by line feeds.</param>
/// <param name="At">When it came.</param>
public sealed record SampleRequest(string Method, IReadOnlyDictionary<string, string> Parameters, DateTimeOffset At);
