using Tributary.Model;

namespace Tributary.DataCenter.Forms;

internal sealed record PreviewForm(IReadOnlyList<ColumnForm> Columns, IReadOnlyList<RowForm> Rows, PlanForm Plan, double? OthersShare, IReadOnlyList<WarningForm> Warnings)
{
    public static PreviewForm Of(PreviewResult preview)
    {
        var names = preview.Columns.Select(c => c.Name).ToList();
        return new(
            [.. preview.Columns.Select(ColumnForm.Of)],
            [.. preview.Rows.Select(r => new RowForm(names, r))],
            PlanForm.Of(preview.Plan) with { ExpectedRows = preview.ExpectedRows },
            preview.OthersShare,
            [.. preview.Warnings.Select(WarningForm.Of)]);
    }
}

/// <param name="Additive">sum, min, max, recompute or none; null for what is no metric.</param>
internal sealed record ColumnForm(string Name, string Type, string? Additive, bool Nullable, string Description)
{
    public static ColumnForm Of(ColumnDefinition column) => new(
        column.Name, FormText.Snake(column.Type),
        column.Additivity == Additivity.NotApplicable ? null : FormText.Snake(column.Additivity),
        column.Nullable, column.Description);
}

/// <param name="Requests">Requests a run sends, at least.</param>
internal sealed record PlanForm(int Sites, int Partitions, int Requests, string? From, string? To, int Skipped)
{
    /// <summary>About how many rows a run brings; null when nothing was read to tell by.</summary>
    public long? ExpectedRows { get; init; }

    public static PlanForm Of(PlanSummary plan) => new(
        plan.Sites, plan.Partitions, plan.Requests,
        plan.From is { } from ? FormText.Date(from) : null, plan.To is { } to ? FormText.Date(to) : null, plan.Skipped);
}
