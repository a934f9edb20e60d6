using Tributary.Matomo.Catalog;
using Tributary.Runs;

namespace Tributary.Shaping;

/// <summary>What a DataSet's details say of the shape of its rows, besides the report.</summary>
internal sealed record ShapeOptions
{
    /// <summary>Nothing but the report.</summary>
    public static ShapeOptions None { get; } = new();

    /// <summary>The columns to keep besides the key columns; empty keeps all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The one goal whose columns are made of nested goals, as Matomo writes it: an id, <c>ecommerceOrder</c>, <c>ecommerceAbandonedCart</c>; null for all.</summary>
    public string? Goal { get; init; }

    /// <summary>The names of the goals, for the descriptions of their columns; null when they are not known.</summary>
    public GoalNames? Goals { get; init; }

    /// <summary>What is done to personal fields; null where a report has none.</summary>
    public PersonalData? Personal { get; init; }

    /// <summary>Columns this Matomo fills wrongly for what is asked: they are null.</summary>
    public IReadOnlyList<string> Untrue { get; init; } = [];

    /// <summary>Whether the reply marks summary rows itself: then a row that only looks like one is a row like any other.</summary>
    public bool MarksOthers { get; init; }

    /// <summary>The full labels of summary rows, from a form of the report that marks them; null when nobody asked.</summary>
    public IReadOnlySet<byte[]>? SummaryLabels { get; init; }

    /// <summary>Whether a table can have amounts: then it has their currency on every row, in windows without any too.</summary>
    public bool ExpectsMoney(ReportDefinition report) => Columns.Count == 0 && report.Columns.Concat(report.GoalColumns).Any(c => c.Type == ReportColumnType.Money);

    /// <summary>Columns that mean nothing where another one is zero.</summary>
    public IReadOnlyList<(string Column, string WhereZero)> Meaningless { get; init; } = [];

    /// <summary>The labels of the rows above the table, from the top down, where a subtable is read by itself: repeated on every row.</summary>
    public IReadOnlyList<byte[]> Above { get; init; } = [];
}
