namespace Tributary.Model;

/// <summary>What a person who signs in may do.</summary>
public enum UserRole
{
    /// <summary>Reads everything but secrets; changes nothing.</summary>
    Viewer,

    /// <summary>Does everything.</summary>
    Manager,
}

/// <summary>What a program that brings an API key may do; each scope holds those before it.</summary>
public enum KeyScope
{
    /// <summary>Reads DataSets, runs, accounts and reports.</summary>
    Read,

    /// <summary>Starts and stops runs too.</summary>
    Run,

    /// <summary>Adds, changes and deletes too.</summary>
    Manage,
}

/// <summary>A person who may sign in. The password is never part of it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">The name typed to sign in; unique ignoring case.</param>
/// <param name="Role">What they may do.</param>
/// <param name="HasPassword">Whether they sign in with a password; false for those who come by OpenID Connect.</param>
/// <param name="LockedUntil">Until when no password is taken, UTC; null when one is.</param>
/// <param name="LastSeenAt">When they signed in last, UTC; null before.</param>
public sealed record User(string Id, string Name, UserRole Role, bool HasPassword, DateTimeOffset? LockedUntil, DateTimeOffset? LastSeenAt);

/// <summary>A key for programs. What opens is shown once, when it is made, and never part of it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">What it is for; unique ignoring case.</param>
/// <param name="Scope">What it allows.</param>
/// <param name="Start">The beginning of the key, to tell keys apart.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="CreatedAt">When, UTC.</param>
/// <param name="LastUsedAt">When it was used last, to the minute, UTC; null before.</param>
/// <param name="RevokedAt">From when on it opens nothing, UTC; null while it does.</param>
public sealed record ApiKey(string Id, string Name, KeyScope Scope, string Start, string MadeBy, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>The id of the person who made it, with whose rights it ends; null for one made on the command line.</summary>
    public string? MakerId { get; init; }

    /// <summary>Whether it opens anything.</summary>
    public bool IsOpen => RevokedAt is null;

    /// <summary>Whether it may do more than a viewer.</summary>
    public bool IsForManagers => Scope != KeyScope.Read;
}
