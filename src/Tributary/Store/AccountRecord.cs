namespace Tributary.Store;

/// <summary>Whether an account can be used.</summary>
public enum AccountState
{
    /// <summary>Never tested.</summary>
    Untested,

    /// <summary>The last test or run was let in.</summary>
    Valid,

    /// <summary>Matomo refused it: nothing is asked with it until somebody has looked.</summary>
    NeedsAttention,
}

/// <summary>A Matomo address and how to ask it. The token is kept apart: see <see cref="AccountStore.ReadTokenAsync"/>.</summary>
/// <param name="Id">See <see cref="WorkspaceStore.NewId"/>.</param>
/// <param name="Name">Unique ignoring case.</param>
/// <param name="Url">The address.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
public sealed record AccountRecord(string Id, string Name, string Url, DateTimeOffset CreatedAt)
{
    /// <summary>A JSON document: time-out, proxy, headers and the like.</summary>
    public string Settings { get; init; } = "{}";

    /// <summary>The server's version when it was last asked.</summary>
    public string? MatomoVersion { get; init; }

    /// <summary>Whether it can be used.</summary>
    public AccountState State { get; init; }

    /// <summary>Why it needs attention.</summary>
    public string? StateReason { get; init; }

    /// <summary>When it was last used, UTC.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
