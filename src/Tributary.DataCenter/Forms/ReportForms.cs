using Tributary.Accounts;
using Tributary.Matomo.Catalog;

namespace Tributary.DataCenter.Forms;

internal sealed record ReportForm(string Report, string Group, string Name, string Description, bool Available, string? Reason, string Method)
{
    /// <summary>What to give for --report: the method, or the unique id where a method is several reports.</summary>
    public static string NameOf(ReportDefinition report) => report.FixedParameters.Count > 0 ? report.UniqueId : report.Method;

    public static ReportForm Of(ReportDefinition report) => new(
        NameOf(report), report.Group, report.Name, report.Description, report.Available, report.Reason, report.Method);
}

internal sealed record ReportDetailForm(
    string Report,
    string UniqueId,
    string Group,
    string Name,
    string Description,
    bool Available,
    string? Reason,
    bool HasDates,
    bool AcceptsSegment,
    string Plugin,
    IReadOnlyList<ReportFieldForm> Fields,
    IReadOnlyList<ReportParameterForm> Parameters,
    IReadOnlyList<ReportDimensionForm> Dimensions,
    IReadOnlyList<ReportColumnForm> Columns,
    IReadOnlyList<ReportColumnForm> GoalColumns)
{
    public static ReportDetailForm Of(ReportDefinition report) => new(
        report.Method, report.UniqueId, report.Group, report.Name, report.Description, report.Available, report.Reason,
        report.HasDates, report.AcceptsSegment, report.Plugin,
        [.. ReportBook.FieldsOf(report).Select(f => new ReportFieldForm(f.Flag, f.Required, f.Choices, f.Meaning))],
        [.. report.Parameters.Select(p => new ReportParameterForm(p.Name, p.Required, p.Type, p.Default, p.Values))],
        [.. report.Dimensions.Select(d => new ReportDimensionForm(d.Id, d.Name, d.Level, d.Segments))],
        [.. report.Columns.Select(ReportColumnForm.Of)],
        [.. report.GoalColumns.Select(ReportColumnForm.Of)]);
}

/// <param name="Choices">The values that can be given; empty when open.</param>
internal sealed record ReportFieldForm(string Flag, bool Required, IReadOnlyList<string> Choices, string Meaning);

internal sealed record ReportParameterForm(string Name, bool Required, string Type, string? Default, IReadOnlyList<string> Values);

internal sealed record ReportDimensionForm(string Id, string Name, int Level, IReadOnlyList<string> Segments);

internal sealed record ReportColumnForm(string Name, string Type, string? Unit, string? OverTime, string? Description)
{
    public static ReportColumnForm Of(ReportColumn column) => new(
        column.Name, FormText.Snake(column.Type), column.Unit,
        column.OverTime == Matomo.Catalog.OverTime.NotApplicable ? null : FormText.Snake(column.OverTime), column.Description);
}
