using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tributary.Matomo.Transport;

/// <summary>Makes the HTTP client that the options describe.</summary>
internal static class HandlerOfOptions
{
    public static HttpClient Create(MatomoClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would lose the body, and with it the token, or carry it to another host.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            MaxConnectionsPerServer = options.ParallelRequests,
            ConnectTimeout = options.Timeout < TimeSpan.FromSeconds(30) ? options.Timeout : TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        if (options.Proxy is { } proxy)
        {
            handler.Proxy = ProxyOf(proxy);
        }

        if (options.CaFile is { } file)
        {
            var authorities = Authorities(file);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authorities);
        }

        var client = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        try
        {
            AddHeaders(client.DefaultRequestHeaders, options);
        }
        catch
        {
            client.Dispose();
            throw;
        }

        return client;
    }

    /// <summary>Everything in the options that must not be seen.</summary>
    public static IEnumerable<string> Secrets(MatomoClientOptions options)
    {
        if (options.BasicPassword is { } password)
        {
            yield return password;
            yield return Credentials(options);
        }

        foreach (var value in options.Headers.Values)
        {
            yield return value;
        }

        if (options.Proxy is { UserInfo.Length: > 0 } proxy)
        {
            yield return Uri.UnescapeDataString(proxy.UserInfo[(proxy.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        }
    }

    private static void AddHeaders(HttpRequestHeaders headers, MatomoClientOptions options)
    {
        Add(headers, "User-Agent", options.UserAgent ?? DefaultUserAgent());
        Add(headers, "Accept", "application/json");
        if (options.BasicUser is not null)
        {
            headers.Authorization = new AuthenticationHeaderValue("Basic", Credentials(options));
        }

        foreach (var (name, value) in options.Headers)
        {
            Add(headers, name, value);
        }
    }

    private static void Add(HttpRequestHeaders headers, string name, string value)
    {
        if (!TryAdd(headers, name, value))
        {
            throw new ArgumentException($"The header '{name}' cannot be sent: its name or value has characters no header may have, or it belongs to the body.", nameof(name));
        }
    }

    private static bool TryAdd(HttpRequestHeaders headers, string name, string value)
    {
        try
        {
            headers.Remove(name);
            headers.Add(name, value);
            return true;
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException)
        {
            // The framework's message repeats the value, which may be a secret, so it is not passed on.
            return false;
        }
    }

    private static string Credentials(MatomoClientOptions options) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.BasicUser}:{options.BasicPassword}"));

    private static string DefaultUserAgent()
    {
        var version = typeof(HandlerOfOptions).Assembly.GetName().Version;
        return $"Tributary/{version?.ToString(3)}";
    }

    private static WebProxy ProxyOf(Uri address)
    {
        var proxy = new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri);
        if (address.UserInfo.Length > 0)
        {
            var parts = address.UserInfo.Split(':', 2);
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        return proxy;
    }

    private static X509Certificate2Collection Authorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The certificate file '{file}' cannot be read: {error.Message}", nameof(file), error);
        }

        return authorities.Count > 0
            ? authorities
            : throw new ArgumentException($"The certificate file '{file}' holds no certificate. It must be a PEM file (-----BEGIN CERTIFICATE-----).", nameof(file));
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 server)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(server);
    }
}
