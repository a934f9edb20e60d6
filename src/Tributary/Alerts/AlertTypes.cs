using Tributary.Model;

namespace Tributary.Alerts;

/// <summary>An alert to add: by e-mail or by a webhook.</summary>
public sealed record NewAlert
{
    /// <summary>The name people see.</summary>
    public required string Name { get; init; }

    /// <summary>The mail server, <c>host</c> or <c>host:port</c>; null with a webhook.</summary>
    public string? Smtp { get; init; }

    /// <summary>How the mail server is spoken to; null for TLS on port 465 and STARTTLS elsewhere.</summary>
    public SmtpTls? Tls { get; init; }

    /// <summary>The name to sign in to the mail server with; null for none.</summary>
    public string? User { get; init; }

    /// <summary>The password that belongs to it.</summary>
    public string? Password { get; init; }

    /// <summary>The sender's address.</summary>
    public string? From { get; init; }

    /// <summary>The recipients' addresses.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>The webhook's address; null with e-mail.</summary>
    public string? Webhook { get; init; }

    /// <summary>Whether the webhook takes Slack's form; an address at Slack does in any case.</summary>
    public bool IsSlack { get; init; }

    /// <summary>The events, as typed: <c>failed,late</c>; null for all.</summary>
    public string? On { get; init; }

    /// <summary>Names of the DataSets meant.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>Tags of the DataSets meant.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Says nothing of secrets, which a record would print.</summary>
    public override string ToString() => Name;
}

/// <summary>What is to change of an alert; null leaves a thing as it is. Where messages go is kept: another place is another alert.</summary>
public sealed record AlertChange
{
    /// <summary>Another name.</summary>
    public string? Name { get; init; }

    /// <summary>The events, as typed: <c>failed,late</c>.</summary>
    public string? On { get; init; }

    /// <summary>Names of the DataSets meant; with none, and no tag, every DataSet is.</summary>
    public IReadOnlyList<string>? DataSets { get; init; }

    /// <summary>Tags of the DataSets meant.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>An alert as a workspace knows it; its secrets are never part of it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Definition">What it is.</param>
/// <param name="DataSets">Names of the DataSets it names.</param>
/// <param name="Waiting">Messages that wait to be sent.</param>
/// <param name="GivenUp">Messages that never arrived.</param>
/// <param name="Error">Why one did not arrive; null when all did.</param>
/// <param name="LastSentAt">When one arrived last, UTC.</param>
public sealed record Alert(string Id, AlertDefinition Definition, IReadOnlyList<string> DataSets, int Waiting, int GivenUp, string? Error, DateTimeOffset? LastSentAt)
{
    /// <summary>Whether all the DataSets it named are deleted, so that it tells of none.</summary>
    public bool IsOfNothing => !Definition.All && DataSets.Count == 0 && Definition.Tags.Count == 0;
}
