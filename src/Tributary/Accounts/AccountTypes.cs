using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Accounts;

/// <summary>A Matomo address with its token, as a workspace knows it. The token is never part of it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">The name people see.</param>
/// <param name="Url">The normalised address.</param>
/// <param name="MatomoVersion">The version seen last; null before the first answer.</param>
/// <param name="State">"valid", "needs_attention" or "untested".</param>
/// <param name="Reason">Why it needs attention; null when it does not.</param>
/// <param name="DataSets">How many DataSets stand on it.</param>
/// <param name="LastUsedAt">When it answered last, UTC; null before.</param>
public sealed record Account(string Id, string Name, string Url, string? MatomoVersion, string State, string? Reason, int DataSets, DateTimeOffset? LastUsedAt)
{
    /// <summary>Limits and extras of the connection.</summary>
    public AccountSettings Settings { get; init; } = new();

    /// <summary>The names of the further headers; their values are secret.</summary>
    public IReadOnlyList<string> HeaderNames { get; init; } = [];

    /// <summary>Whether HTTP basic credentials are sent.</summary>
    public bool HasBasicCredentials { get; init; }

    /// <summary>The proxy, without its credentials; null for what the environment says.</summary>
    public string? Proxy { get; init; }

    /// <summary>The limits its server taught by refusing requests; null when none hold.</summary>
    public LearnedLimits? Learned { get; init; }
}

/// <summary>An account to add.</summary>
public sealed record NewAccount
{
    /// <summary>A name; null takes the host's.</summary>
    public string? Name { get; init; }

    /// <summary>The address as a person gives it: normalised, a pasted dashboard address is accepted.</summary>
    public required string Url { get; init; }

    /// <summary>The token.</summary>
    public required AccessToken Token { get; init; }

    /// <summary>Limits and extras of the connection.</summary>
    public AccountSettings Settings { get; init; } = new();

    /// <summary>What differs from <see cref="Settings"/>, with what the connection needs beside the token.</summary>
    public ConnectionChange Connection { get; init; } = new();
}

/// <summary>What is to change of an account; only what is given changes.</summary>
public sealed record AccountEdit
{
    /// <summary>Another address.</summary>
    public string? Url { get; init; }

    /// <summary>Another token.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>Other limits and extras.</summary>
    public ConnectionChange Connection { get; init; } = new();
}

/// <summary>Limits and extras of an account's connection.</summary>
public sealed record AccountSettings
{
    /// <summary>Most requests at the same time, over all runs. Default 4; there are fewer while the server answers no faster for more.</summary>
    public int ParallelRequests { get; init; } = 4;

    /// <summary>Requests a minute; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>The language of labels, fixed per account so that they never change with a user's preference.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The User-Agent header; null for Tributary's own.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A PEM file of certificate authorities trusted beside the system's; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>Whether it is the sample Matomo's, which the Data Center starts, and removes with its DataSets.</summary>
    public bool IsSample { get; init; }
}

/// <summary>What testing an account found.</summary>
/// <param name="Account">The account as it is stored after the test.</param>
/// <param name="Steps">The steps in order, up to the one that failed.</param>
/// <param name="Sites">The sites the token may view; empty when the test failed.</param>
public sealed record AccountTest(Account Account, IReadOnlyList<ConnectionStep> Steps, IReadOnlyList<MatomoSite> Sites)
{
    /// <summary>What a change of the account means for rows that are stored, in sentences; empty where nothing is touched.</summary>
    public IReadOnlyList<string> Consequences { get; init; } = [];
}

/// <summary>What moving DataSets to another account did.</summary>
/// <param name="To">The account they stand on now.</param>
/// <param name="DataSets">Their names.</param>
public sealed record AccountMove(string To, IReadOnlyList<string> DataSets)
{
    /// <summary>What it means for rows that are stored, in sentences; empty where nothing is touched.</summary>
    public IReadOnlyList<string> Consequences { get; init; } = [];
}
