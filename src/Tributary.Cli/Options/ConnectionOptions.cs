using System.CommandLine;
using Tributary.Accounts;
using Tributary.Cli.Commands;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>Limits and extras of an account's connection.</summary>
internal sealed class ConnectionOptions
{
    // Shorter ones are words such as "true"; hiding those would take them out of everything that is printed.
    private const int ShortestHidden = 8;

    private readonly Option<int?> _perMinute = Kinds.Number("--requests-per-minute", "At most so many requests a minute; 0 for no limit. Default: no limit.", 0);
    private readonly Option<int?> _parallel = Kinds.Number("--parallel", "Most requests at the same time, over all runs; fewer where the server answers no faster. Default: 4.", 1, 64);
    private readonly Option<string[]> _headers = Kinds.Texts("--header", "\"K: V\"", "Send this header with every request; may be given again. \"K: env:VAR\" takes the value from an environment variable. Kept encrypted.");
    private readonly Option<string> _basic = Kinds.Text("--basic-env", "VAR", "Take user:password of HTTP basic authentication from this environment variable. Kept encrypted.");
    private readonly Option<string> _proxy = Kinds.Text("--proxy", "URL", "Go through this proxy: http://user:password@host:port. Kept encrypted. Default: what HTTPS_PROXY says.");
    private readonly Option<string> _caFile = Kinds.Text("--ca-file", "FILE", "Trust the certificate authorities in this PEM file beside the system's.");
    private readonly Option<string> _language = Kinds.Text("--language", "L", "The language of labels, as Matomo codes it. Default: en.");
    private readonly Option<string> _userAgent = Kinds.Text("--user-agent", "T", "The User-Agent to send. Default: Tributary's own.");

    public IReadOnlyList<Option> All => [_perMinute, _parallel, _headers, _basic, _proxy, _caFile, _language, _userAgent];

    /// <summary>What was given, and nothing else.</summary>
    public ConnectionChange Read(Call call) => new()
    {
        RequestsPerMinute = call.Value(_perMinute),
        ParallelRequests = call.Value(_parallel),
        Headers = (call.Value(_headers) ?? []).Select(text => Header(call, text)).ToDictionary(StringComparer.OrdinalIgnoreCase),
        Basic = call.Value(_basic) is { Length: > 0 } variable ? Hide(call, call.Variable("--basic-env", variable).Trim(), separator: ':') : call.Value(_basic),
        Proxy = Hide(call, call.Value(_proxy), separator: null),
        CaFile = call.Value(_caFile),
        Language = call.Value(_language),
        UserAgent = call.Value(_userAgent),
    };

    private static (string Name, string Value) Header(Call call, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new InputException("--header", "write a header as \"Name: value\" or \"Name: env:VAR\".");
        }

        var value = text[(colon + 1)..].Trim();
        if (value.StartsWith("env:", StringComparison.Ordinal))
        {
            value = call.Variable("--header", value["env:".Length..]).Trim();
        }

        return (text[..colon].Trim(), Hide(call, value, separator: null)!);
    }

    /// <summary>Keeps a secret, and the part of it behind the separator, out of all that is printed.</summary>
    private static string? Hide(Call call, string? secret, char? separator)
    {
        string?[] parts = [secret, separator is { } s ? secret?.Split(s, 2)[^1] : PasswordOf(secret)];
        foreach (var part in parts)
        {
            if (part is { Length: >= ShortestHidden })
            {
                call.Terminal.Redactor.Add(part);
            }
        }

        return secret;
    }

    private static string? PasswordOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Contains(':', StringComparison.Ordinal) ? uri.UserInfo.Split(':', 2)[1] : null;
}
