using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>A report method: an answer for one site and span, and how answers of empty spans look.</summary>
internal abstract class Report(string method)
{
    public string Method { get; } = method;

    /// <summary>Which combinations the method refuses, and how (measured on 5.2).</summary>
    public Action<int, bool, bool>? Refuse { get; init; }

    /// <summary>Of several sites and several dates it answers one table a site (measured on 5.2).</summary>
    public bool MergesDatesOfSites { get; init; }

    public abstract object? Answer(Query query, bool inMap);
}

/// <summary>One object of numbers. Without visits it is zeros alone and [] inside a map.</summary>
internal sealed class RowReport(string method, Func<Query, Obj> make, Func<Query, bool>? hasData = null) : Report(method)
{
    public override object? Answer(Query query, bool inMap)
    {
        var row = make(query);
        var had = row.Members.Count;
        foreach (var name in new[] { "columns", "showColumns" })
        {
            if (query.Parameters.List(name) is { Count: > 0 } shown)
            {
                row.RemoveAll(m => !shown.Contains(m));
            }
        }

        row.RemoveAll(query.Parameters.List("hideColumns").Contains);
        var empty = inMap && !(hasData?.Invoke(query) ?? query.Totals().Visits > 0);
        if (row.Members.Count == 0 || empty)
        {
            return Array.Empty<object>();
        }

        if (query.Flat)
        {
            return new[] { row };
        }

        return row.Members.Count == 1 && had > 1 ? new Scalar(row.Members[0].Value) : row;
    }
}

/// <summary>A single value: <c>{"value":x}</c> alone, bare inside a map.</summary>
internal sealed record Scalar(object? Value);

internal sealed class ScalarReport(string method, Func<Query, object?> make) : Report(method)
{
    public override object? Answer(Query query, bool inMap) =>
        query.Flat ? new[] { new Obj().Add("value", make(query)) } : new Scalar(make(query));
}

/// <summary>A structure of its own, such as transitions.</summary>
internal sealed class FreeReport(string method, Func<Query, object?> make) : Report(method)
{
    /// <summary>It takes several dates as one stretch and never answers with a map.</summary>
    public bool OneStretch { get; init; }

    /// <summary>It looks at the first site only.</summary>
    public bool FirstSiteOnly { get; init; }

    public override object? Answer(Query query, bool inMap) => make(query);
}
