namespace Tributary.Store;

/// <summary>What an account's connection needs beside the token and what nobody may see. Kept encrypted.</summary>
internal sealed record AccountSecrets
{
    /// <summary>Further headers of every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The user of HTTP basic authentication; null for none.</summary>
    public string? BasicUser { get; init; }

    /// <summary>That user's password.</summary>
    public string? BasicPassword { get; init; }

    /// <summary>The proxy with its credentials; null for what the environment says.</summary>
    public string? Proxy { get; init; }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Headers.Count == 0 && BasicUser is null && Proxy is null;

    /// <summary>Says nothing of what is in it, which a record would print.</summary>
    public override string ToString() => "***";
}
