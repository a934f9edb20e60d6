using Tributary.Alerts;

namespace Tributary.DataCenter.Forms;

/// <summary>An alert; of a webhook's address only the host, of a password nothing.</summary>
internal sealed record AlertForm(
    string Name,
    string Kind,
    string Host,
    int? Port,
    string? Tls,
    string? User,
    string? From,
    IReadOnlyList<string> To,
    bool Slack,
    IReadOnlyList<string> On,
    bool All,
    IReadOnlyList<string> Datasets,
    IReadOnlyList<string> Tags,
    int Waiting,
    int GivenUp,
    string? Error,
    string? LastSentAt)
{
    public static AlertForm Of(Alert alert)
    {
        var (definition, smtp) = (alert.Definition, alert.Definition.Smtp);
        return new(
            definition.Name, FormText.Snake(definition.Kind), smtp?.Host ?? definition.WebhookHost ?? "", smtp?.Port, smtp?.Tls.ToString().ToLowerInvariant(), smtp?.User, smtp?.From, smtp?.To ?? [],
            definition.IsSlack, [.. definition.Events.Select(e => FormText.Snake(e))], definition.All, alert.DataSets, definition.Tags,
            alert.Waiting, alert.GivenUp, alert.Error, alert.LastSentAt is { } at ? FormText.Instant(at) : null);
    }
}

internal sealed record TestedAlertForm(string Sent);

internal sealed record RemovedAlertForm(string Removed);
