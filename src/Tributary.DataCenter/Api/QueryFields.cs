namespace Tributary.DataCenter.Api;

/// <summary>A question in SQL.</summary>
internal sealed record QueryFields
{
    /// <summary>The statement.</summary>
    public string? Sql { get; init; }

    /// <summary>json, csv or xlsx; as the Accept header says when left out.</summary>
    public string? Format { get; init; }

    /// <summary>guard: texts of CSV that a spreadsheet would take for a formula get an apostrophe in front. Left out, every text is as it is.</summary>
    public string? Formulas { get; init; }
}
