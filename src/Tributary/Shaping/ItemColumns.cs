using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>The columns of the items of a flattened field: named after the field in the singular and the item's property.</summary>
internal sealed class ItemColumns(ReportDefinition report, string field)
{
    // The properties of an action of a raw visit that are no text (5.2 and 4.16, all recorded kinds of action).
    private static readonly Dictionary<string, (ReportColumnType Type, string Description)> Actions = new(StringComparer.Ordinal)
    {
        ["type"] = (ReportColumnType.Text, "What the visitor did: action, search, event, content, download, outlink, goal, ecommerceOrder, ecommerceAbandonedCart."),
        ["timestamp"] = (ReportColumnType.Timestamp, "When it happened, as a true instant."),
        ["url"] = (ReportColumnType.Url, "The address; null where the action has none."),
        ["timeSpent"] = (ReportColumnType.Duration, "Time spent on the page; null where Matomo could not tell."),
        ["pageLoadTimeMilliseconds"] = (ReportColumnType.Number, "Milliseconds until the page was loaded."),
        ["pageviewPosition"] = (ReportColumnType.Count, "The number of the page view in the visit, from 1."),
        ["bandwidth"] = (ReportColumnType.Bytes, "Bytes transferred."),
        ["pageId"] = (ReportColumnType.Id, "Id of the action in the log."),
        ["pageIdAction"] = (ReportColumnType.Id, "Id of the page."),
        ["goalId"] = (ReportColumnType.Id, "The goal reached; counted per site."),
        ["goalPageId"] = (ReportColumnType.Id, "Id of the action that reached the goal."),
        ["eventValue"] = (ReportColumnType.Number, "The value of the event."),
        ["siteSearchCount"] = (ReportColumnType.Count, "Results of the search."),
        ["revenue"] = (ReportColumnType.Money, "Revenue of the goal or order."),
        ["revenueSubTotal"] = (ReportColumnType.Money, "Worth of the products of the order."),
        ["revenueTax"] = (ReportColumnType.Money, "Tax of the order."),
        ["revenueShipping"] = (ReportColumnType.Money, "Shipping of the order."),
        ["revenueDiscount"] = (ReportColumnType.Money, "Discount of the order."),
        ["productViewPrice"] = (ReportColumnType.Money, "Price of the product viewed."),
        ["price"] = (ReportColumnType.Money, "Price of the product."),
        ["quantity"] = (ReportColumnType.Count, "Units of the product."),
        ["items"] = (ReportColumnType.Count, "Product units in the order or cart."),
    };

    private readonly Dictionary<string, ReportColumn> _goalColumns = report.GoalColumns.DistinctBy(c => c.Name).ToDictionary(c => c.Name, StringComparer.Ordinal);
    private readonly ColumnNaming _naming = new(report);

    /// <summary>The field in the singular: <c>actionDetails</c> → <c>action</c>, <c>goals</c> → <c>goal</c>.</summary>
    public string Prefix { get; } = Singular(field);

    /// <summary>The column that numbers the items of a row from 1.</summary>
    public NamedColumn Number => new(
        new ColumnDefinition($"{Prefix}_number", ColumnType.Integer, ColumnRole.Dimension) { Description = $"The number of the {Prefix} in its row of the report, from 1; null where there is none." },
        ReportColumnType.Count,
        Declared: true);

    /// <summary>The column of the key, where the items are the values of an object.</summary>
    public NamedColumn Key => new(
        new ColumnDefinition(Prefix, ColumnType.Text, ColumnRole.Dimension) { Description = $"Which {Prefix}: Matomo's own key." },
        ReportColumnType.Text,
        Declared: true);

    /// <summary>The column of a property of an item.</summary>
    public NamedColumn Of(string property, ReplyValueKind kind)
    {
        var name = $"{Prefix}_{TableNames.ToSnakeCase(property)}";
        var isAction = report.Method.StartsWith("Live.", StringComparison.Ordinal);
        if (isAction && Actions.TryGetValue(property, out var fact))
        {
            return Column(name, fact.Type, fact.Description);
        }

        if (field == "goals" && _goalColumns.TryGetValue(property, out var metric))
        {
            return Column(name, metric.Type, metric.Description ?? "");
        }

        if (isAction)
        {
            return Column(name, kind == ReplyValueKind.Json ? ReportColumnType.Nested : ReportColumnType.Text, "");
        }

        var known = _naming.Name(System.Text.Encoding.UTF8.GetBytes(property), kind);
        return known with { Column = known.Column with { Name = name } };
    }

    private static NamedColumn Column(string name, ReportColumnType type, string description) => new(
        new ColumnDefinition(name, ColumnNaming.ColumnTypeOf(type), ColumnRole.Metadata) { Description = description },
        type,
        Declared: true);

    private static string Singular(string field)
    {
        var name = TableNames.ToSnakeCase(field);
        return name.EndsWith("_details", StringComparison.Ordinal) ? name[..^"_details".Length]
            : name.EndsWith('s') ? name[..^1]
            : name;
    }
}
