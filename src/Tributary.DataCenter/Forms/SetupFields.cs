using Tributary.Accounts;
using Tributary.Alerts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Forms;

/// <summary>Limits and extras of a connection. What is left out stays; an empty text takes a thing away.</summary>
internal record ConnectionFields
{
    /// <summary>At most so many requests a minute; 0 for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Most requests at the same time.</summary>
    public int? Parallel { get; init; }

    /// <summary>The language of labels, as Matomo codes it.</summary>
    public string? Language { get; init; }

    /// <summary>The User-Agent to send.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A PEM file on the server with further certificate authorities.</summary>
    public string? CaFile { get; init; }

    /// <summary>Further headers of every request, by name. Their values are kept secret.</summary>
    public IReadOnlyDictionary<string, string>? Header { get; init; }

    /// <summary>user:password of HTTP basic authentication. Kept secret.</summary>
    public string? Basic { get; init; }

    /// <summary>Go through this proxy: http://host:port.</summary>
    public string? Proxy { get; init; }

    public ConnectionChange ToConnection() => new()
    {
        RequestsPerMinute = RequestsPerMinute,
        ParallelRequests = Parallel,
        Language = Language,
        UserAgent = UserAgent,
        CaFile = CaFile,
        Headers = Header ?? new Dictionary<string, string>(),
        Basic = Basic,
        Proxy = Proxy,
    };

    /// <summary>Says nothing of secrets, which a record would print.</summary>
    public override string ToString() => "***";
}

/// <summary>An account to add, or what to change of one.</summary>
internal sealed record AccountFields : ConnectionFields
{
    /// <summary>The name to call the account by; the host's when left out. Only to add one: rename has a call of its own.</summary>
    public string? Name { get; init; }

    /// <summary>The address of the Matomo.</summary>
    public string? Url { get; init; }

    /// <summary>The token. Kept encrypted, never told again.</summary>
    public string? Token { get; init; }

    /// <exception cref="InputException">It is needed and left out.</exception>
    public AccessToken TokenOrRefuse() => TokenOf(Token);

    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => Name ?? Url ?? "";

    /// <exception cref="InputException">There is none, or it cannot be one.</exception>
    internal static AccessToken TokenOf(string? token)
    {
        try
        {
            return string.IsNullOrWhiteSpace(token) ? throw new InputException("token", "Give the token: Matomo › Administration › Personal › Security › Auth tokens.") : new AccessToken(token.Trim());
        }
        catch (ArgumentException)
        {
            throw new InputException("token", "This is not a token: one has letters and digits only. Copy it again from Matomo: Administration › Personal › Security › Auth tokens.");
        }
    }
}

/// <summary>Another token of an account.</summary>
internal sealed record TokenFields(string? Token)
{
    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => "***";
}

/// <summary>Where DataSets go.</summary>
internal sealed record MoveFields
{
    /// <summary>The account they will stand on.</summary>
    public string? To { get; init; }

    /// <summary>Those to move; all of the account when left out.</summary>
    public IReadOnlyList<string>? Datasets { get; init; }
}

/// <summary>An alert to add: by e-mail or by a webhook.</summary>
internal sealed record AlertFields
{
    /// <summary>The name to call the alert by.</summary>
    public string? Name { get; init; }

    /// <summary>Send e-mails over this mail server: host or host:port.</summary>
    public string? Smtp { get; init; }

    /// <summary>How the mail server is spoken to: starttls, tls or none.</summary>
    public string? Tls { get; init; }

    /// <summary>The user to sign in to the mail server with.</summary>
    public string? User { get; init; }

    /// <summary>That user's password. Kept encrypted, never told again.</summary>
    public string? Password { get; init; }

    /// <summary>The sender of the e-mails.</summary>
    public string? From { get; init; }

    /// <summary>Whom to write to.</summary>
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>The address to POST JSON to. Kept encrypted; of it only the host is told again.</summary>
    public string? Webhook { get; init; }

    /// <summary>Use the form Slack reads.</summary>
    public bool? Slack { get; init; }

    /// <summary>Only these events: failed, recovered, late, drift, zero, totals.</summary>
    public IReadOnlyList<string>? On { get; init; }

    /// <summary>Only for these DataSets.</summary>
    public IReadOnlyList<string>? Dataset { get; init; }

    /// <summary>Only for DataSets with one of these tags.</summary>
    public IReadOnlyList<string>? Tag { get; init; }

    /// <summary>Says nothing of secrets.</summary>
    public override string ToString() => Name ?? "";

    public NewAlert ToAlert() => new()
    {
        Name = Name ?? "",
        Smtp = Smtp,
        Tls = Choice.Of<SmtpTls>("--tls", Tls == "starttls" ? "start_tls" : Tls),
        User = User,
        Password = Password,
        From = From,
        To = To ?? [],
        Webhook = Webhook,
        IsSlack = Slack ?? false,
        On = On is null ? null : string.Join(',', On),
        DataSets = Dataset ?? [],
        Tags = Tag ?? [],
    };
}

/// <summary>What to change of an alert. What is left out stays.</summary>
internal sealed record AlertChangeFields
{
    /// <summary>Another name.</summary>
    public string? Name { get; init; }

    /// <summary>Only these events: failed, recovered, late, drift, zero, totals.</summary>
    public IReadOnlyList<string>? On { get; init; }

    /// <summary>Only for these DataSets; empty, and no tag, for all.</summary>
    public IReadOnlyList<string>? Dataset { get; init; }

    /// <summary>Only for DataSets with one of these tags.</summary>
    public IReadOnlyList<string>? Tag { get; init; }
}
