using Tributary.Tables;

namespace Tributary.DataCenter.Forms;

/// <summary>What is not right about a DataSet.</summary>
/// <param name="Right">Whether nothing is wrong: there are notes at most.</param>
/// <param name="CheckedAt">When a run looked at it last; null before the first.</param>
/// <param name="Findings">The worst first; notes last.</param>
internal sealed record HealthForm(bool Right, string? CheckedAt, IReadOnlyList<FindingOfHealthForm> Findings)
{
    public static HealthForm Of(DataSetHealth health) => new(health.IsRight, FormText.InstantOrNull(health.CheckedAt), [.. health.Findings.Select(FindingOfHealthForm.Of)]);
}

/// <param name="Severity">note, warning or failure.</param>
/// <param name="Title">The fact.</param>
/// <param name="Text">What follows from it.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record FindingOfHealthForm(string Severity, string Code, string Title, string Text, string Remedy, string? From, string? To, int? SiteId, string? RunId)
{
    public static FindingOfHealthForm Of(HealthFinding finding) => new(
        FormText.Snake(finding.Severity), finding.Code, finding.Title, finding.Text, finding.Remedy,
        finding.From is { } from ? FormText.Date(from) : null, finding.To is { } to ? FormText.Date(to) : null, finding.SiteId, finding.RunId);
}
