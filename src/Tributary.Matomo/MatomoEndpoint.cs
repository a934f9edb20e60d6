namespace Tributary.Matomo;

/// <summary>Where a Matomo answers: the address of its directory, made of whatever a person pastes.</summary>
public sealed record MatomoEndpoint
{
    private MatomoEndpoint(Uri address) => Address = address;

    /// <summary>The address of Matomo's directory; ends with a slash.</summary>
    public Uri Address { get; }

    /// <summary>The address requests go to.</summary>
    public Uri Index => new(Address, "index.php");

    /// <summary>Whether the token would travel unencrypted.</summary>
    public bool IsPlainHttp => Address.Scheme == Uri.UriSchemeHttp;

    /// <summary>
    /// Reads an address: <c>https://host</c>, <c>https://host/sub/dir/</c>, <c>…/index.php</c>, or one copied from the browser while looking at a dashboard.
    /// </summary>
    /// <exception cref="ArgumentException">It is no web address; the message says what to write.</exception>
    public static MatomoEndpoint Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var text = address.Trim().Trim('<', '>', '"', '\'');
        if (text.Length == 0)
        {
            throw Wrong("The Matomo address is empty.");
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            throw Wrong($"The Matomo address '{Shown(text)}' does not say https:// or http://.");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw Wrong($"The Matomo address '{Shown(text)}' is not a web address.");
        }

        if (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
        {
            throw Wrong($"The Matomo address begins with '{uri.Scheme}://'.");
        }

        if (uri.UserInfo.Length > 0)
        {
            throw Wrong("The Matomo address holds a user name or password. Give those separately, as HTTP credentials.");
        }

        return new MatomoEndpoint(new UriBuilder(uri.Scheme, uri.Host, uri.IsDefaultPort ? -1 : uri.Port, Directory(uri.AbsolutePath)).Uri);
    }

    /// <inheritdoc/>
    public override string ToString() => Address.AbsoluteUri;

    /// <summary>The path without a file name: a last segment that ends in <c>.php</c> or <c>.html</c> is a file, anything else a directory.</summary>
    private static string Directory(string path)
    {
        var slash = path.LastIndexOf('/');
        var file = path[(slash + 1)..];
        if (file.EndsWith(".php", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            path = path[..(slash + 1)];
        }

        return path.EndsWith('/') ? path : path + "/";
    }

    /// <summary>A pasted address may carry a token in its query, so only what stands before it is repeated.</summary>
    private static string Shown(string text)
    {
        var end = text.AsSpan().IndexOfAny("?#@");
        return AnswerText.Shorten(end < 0 ? text : text[..end]);
    }

    private static ArgumentException Wrong(string what) =>
        new(what + " Write it as https://matomo.example.com or https://www.example.com/matomo/.");
}
