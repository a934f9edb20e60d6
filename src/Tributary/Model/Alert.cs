using Tributary.Runs;

namespace Tributary.Model;

/// <summary>What somebody is told of.</summary>
public enum AlertEvent
{
    /// <summary>A DataSet could not be updated, wholly or in part, and nothing more is tried by itself.</summary>
    Failed,

    /// <summary>A DataSet that had failed or was late is updated again.</summary>
    Recovered,

    /// <summary>A DataSet was not updated for longer than is expected of it.</summary>
    Late,

    /// <summary>The columns of its report changed.</summary>
    Drift,

    /// <summary>A site that had visits has none.</summary>
    Zero,

    /// <summary>The rows do not add up to the site's totals.</summary>
    Totals,

    /// <summary>Somebody tries whether messages arrive.</summary>
    Test,
}

/// <summary>How messages go.</summary>
public enum AlertKind
{
    /// <summary>By e-mail.</summary>
    Smtp,

    /// <summary>By a POST to an address.</summary>
    Webhook,
}

/// <summary>How a mail server is spoken to.</summary>
public enum SmtpTls
{
    /// <summary>Encrypted after the greeting; refused where the server cannot.</summary>
    StartTls,

    /// <summary>Encrypted from the start.</summary>
    Tls,

    /// <summary>Not encrypted.</summary>
    None,
}

/// <summary>A mail server and whom to write to.</summary>
/// <param name="Host">The server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tls">How it is spoken to.</param>
/// <param name="User">The name to sign in with; null for none.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The recipients.</param>
public sealed record SmtpSettings(string Host, int Port, SmtpTls Tls, string? User, string From, IReadOnlyList<string> To);

/// <summary>Who is told what, and how. Stored as a versioned JSON document, without the secrets.</summary>
public sealed record AlertDefinition
{
    /// <summary>The form of the document.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The name people see; unique in the workspace ignoring case.</summary>
    public required string Name { get; init; }

    /// <summary>How messages go.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>The events told.</summary>
    public required IReadOnlyList<AlertEvent> Events { get; init; }

    /// <summary>Whether every DataSet is meant, also those to come.</summary>
    public bool All { get; init; }

    /// <summary>Ids of DataSets meant.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>Tags of DataSets meant.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The mail server; null with a webhook.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>The webhook's host; null with e-mail. The address itself is secret.</summary>
    public string? WebhookHost { get; init; }

    /// <summary>Whether the webhook takes Slack's form.</summary>
    public bool IsSlack { get; init; }

    /// <summary>Whether a DataSet is meant.</summary>
    public bool Means(string id, DataSetDefinition dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return dataSet.Alerts && (All || DataSets.Contains(id, StringComparer.Ordinal) || dataSet.Tags.Intersect(Tags, StringComparer.OrdinalIgnoreCase).Any());
    }
}

/// <summary>One thing told of one DataSet.</summary>
/// <param name="Event">What it is.</param>
/// <param name="DataSet">The DataSet's name; null for a test.</param>
/// <param name="Status">How the run ended; null where there was none.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Code">The code of the error or warning; null when there is none.</param>
/// <param name="Fault">Whose side; null when nothing failed.</param>
/// <param name="RunId">The run; null where there was none.</param>
/// <param name="At">When.</param>
/// <param name="Workspace">The workspace's folder.</param>
public sealed record AlertMessage(AlertEvent Event, string? DataSet, RunStatus? Status, string Message, string? Code, Fault? Fault, string? RunId, DateTimeOffset At, string Workspace);
