using System.Net;

namespace Tributary.DataCenter;

/// <summary>Where the Data Center listens and what it offers beside the workspace.</summary>
public sealed record DataCenterOptions
{
    /// <summary>The address it listens on. Default: loopback, so that only this machine reaches it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; } = 8765;

    /// <summary>A PKCS#12 file with the certificate to serve HTTPS with; null for HTTP.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The password of <see cref="CertificateFile"/>; null for none.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>The address people reach it by where a proxy stands in front, scheme and host: <c>https://stats.example.com</c>. Null where there is none.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Starts a sample Matomo to look around with; null when there is none to offer.</summary>
    public Func<CancellationToken, Task<SampleServer>>? Sample { get; init; }

    /// <summary>Signing in by OpenID Connect; null for names and passwords alone.</summary>
    public OpenIdOptions? OpenId { get; init; }

    /// <summary>Whether runs that are asked for are made by a worker of this or another process. False in a Data Center that stands alone.</summary>
    public bool HasWorker { get; init; } = true;

    /// <summary>Whether this very process makes runs: then it is ready only while its worker lives.</summary>
    public bool MakesRuns { get; init; }

    /// <summary>Told what broke inside, with where; null tells nobody.</summary>
    public Action<string>? Defect { get; init; }

    /// <summary>Says nothing of secrets, which a record would print.</summary>
    public override string ToString() => $"{Address}:{Port}";
}

/// <summary>A sample Matomo that was started.</summary>
/// <param name="Address">Where it answers.</param>
/// <param name="Token">A token it takes; it opens nothing else.</param>
/// <param name="Stop">Ends it.</param>
public sealed record SampleServer(Uri Address, string Token, Func<ValueTask> Stop);

/// <summary>An OpenID Connect provider that people sign in with.</summary>
public sealed record OpenIdOptions
{
    /// <summary>The provider's address, from which its configuration is read.</summary>
    public required Uri Authority { get; init; }

    /// <summary>The client id the provider knows this Data Center by.</summary>
    public required string ClientId { get; init; }

    /// <summary>The secret that belongs to it.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>The claim that holds the name people are known by. Default: email.</summary>
    public string NameClaim { get; init; } = "email";

    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => Authority.ToString();
}
