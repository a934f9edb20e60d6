using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

public class BuiltInCatalogTests
{
    private static readonly string[] Writing =
    [
        "CustomDimensions.configureExistingCustomDimension", "CustomDimensions.configureNewCustomDimension",
        "Goals.addGoal", "Goals.deleteGoal", "Goals.updateGoal", "UserCountry.setLocationProvider",
    ];

    // Recorded, and no tables: texts of the interface, a yes or no, one address looked up; and methods Matomo refuses over HTTP.
    private static readonly string[] NoTables =
    [
        "Transitions.getTranslations", "Transitions.isPeriodAllowed", "UserCountry.getLocationFromIP", "UserCountry.getCountryCodeMapping",
        "Goals.getConversions", "VisitsSummary.getNothing", "VisitsSummary.nosuch",
    ];

    [Fact]
    public void Every_method_that_may_be_called_reads()
    {
        Assert.All(BuiltInCatalog.ReadingMethods, m => Assert.Matches("^[A-Z][A-Za-z]+\\.(get|is)([A-Z][A-Za-z]*)?$", m));
        Assert.Empty(Writing.Intersect(BuiltInCatalog.ReadingMethods, StringComparer.OrdinalIgnoreCase));
        Assert.All(Writing, m => Assert.Null(BuiltInCatalog.Find(m)));
        Assert.All(BuiltInCatalog.Reports, r => Assert.Matches("\\.(get|is)", r.Method));
    }

    [Fact]
    public void Subtable_methods_are_reports_that_may_be_called()
    {
        var methods = BuiltInCatalog.Reports.Select(r => r.SubtableMethod).OfType<string>().ToArray();

        Assert.NotEmpty(methods);
        Assert.All(methods, m => Assert.NotNull(BuiltInCatalog.Find(m)));
    }

    [Fact]
    public void Every_recorded_report_of_the_thirteen_groups_is_listed_in_its_group()
    {
        var recorded = Recordings.All
            .Select(r => r.Method)
            .Where(m => m.Contains('.', StringComparison.Ordinal) && ReportGroups.OfModule(m[..m.IndexOf('.', StringComparison.Ordinal)]) != ReportGroups.More)
            .Distinct()
            .Except(NoTables)
            .ToArray();

        Assert.True(recorded.Length > 80, $"{recorded.Length} methods");
        Assert.All(recorded, m => Assert.Equal(ReportGroups.OfModule(m[..m.IndexOf('.', StringComparison.Ordinal)]).Name, BuiltInCatalog.Find(m)?.Group));
    }

    [Fact]
    public void Every_group_has_reports_and_more_reports_come_last()
    {
        Assert.Equal(ReportGroups.All.Select(g => g.Name), BuiltInCatalog.Reports.Select(r => r.Group).Distinct());
        Assert.Equal(14, ReportGroups.All.Count);
    }

    [Fact]
    public void Ids_and_names_are_unique()
    {
        Assert.Empty(BuiltInCatalog.Reports.GroupBy(r => r.UniqueId, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Empty(BuiltInCatalog.Reports.GroupBy(r => r.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(BuiltInCatalog.Reports, r => Assert.Empty(
            r.Columns.Concat(r.Metadata).GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => r.Method + " " + g.Key)));
    }

    [Fact]
    public void Every_report_and_every_column_has_a_sentence()
    {
        Assert.All(BuiltInCatalog.Reports, r => Assert.EndsWith(".", r.Description, StringComparison.Ordinal));
        foreach (var report in BuiltInCatalog.Reports)
        {
            Assert.All(report.Columns.Concat(report.GoalColumns).Concat(report.Metadata), c => Assert.Matches("^[A-Z0-9a-z].*\\.$", c.Description ?? ""));
        }
    }

    [Fact]
    public void Every_dimension_has_a_column_name_of_its_own_in_its_report()
    {
        foreach (var report in BuiltInCatalog.Reports)
        {
            var names = DimensionNames.ColumnNames([.. report.Dimensions.Select(d => d.Id)]);
            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.All(names, n => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", n));
            Assert.Equal(Enumerable.Range(1, report.Dimensions.Count), report.Dimensions.Select(d => d.Level));
        }
    }

    [Fact]
    public void Metrics_say_how_they_combine_and_other_columns_do_not()
    {
        foreach (var report in BuiltInCatalog.Reports)
        {
            Assert.All(report.Metadata, c => Assert.Equal(OverTime.NotApplicable, c.OverTime));
            Assert.All(report.Columns.Where(c => c.Type == ReportColumnType.UniqueCount), c => Assert.Equal(OverTime.None, c.OverTime));
            Assert.All(report.Columns.Where(c => c.Type == ReportColumnType.Percent), c => Assert.Equal(OverTime.Recompute, c.OverTime));
            Assert.All(report.Columns, c => Assert.NotEqual(ReportColumnType.Nested, c.Type));
        }
    }

    [Fact]
    public void Orders_and_abandoned_carts_are_reports_of_their_own()
    {
        var orders = BuiltInCatalog.Reports.Single(r => r.UniqueId == "Goals_get_idGoal--ecommerceOrder");

        Assert.Equal("Goals.get", orders.Method);
        Assert.Equal("Goals", orders.Group);
        Assert.Equal("ecommerceOrder", orders.FixedParameters["idGoal"]);
        Assert.DoesNotContain(orders.Parameters, p => p.Name == "idGoal");
        Assert.True(orders.ZerosWhenNoData);
        Assert.Contains(BuiltInCatalog.Reports, r => r.UniqueId == "Goals_get_idGoal--ecommerceAbandonedCart");
        Assert.Empty(BuiltInCatalog.Find("Goals.get")!.FixedParameters);
    }

    [Fact]
    public void Facts_a_reader_relies_on()
    {
        var pages = BuiltInCatalog.Find("Actions.getPageUrls")!;
        Assert.Equal(("/", "Actions.getPageUrls", true, true, true), (pages.LabelSeparator, pages.SubtableMethod, pages.FlatWorks, pages.SeveralDatesWork, pages.AcceptsSegment));
        Assert.True(Assert.Single(pages.Dimensions).Recursive);
        Assert.Contains(pages.GoalColumns, c => c.Name == "nb_conversions_entry_rate");

        var engines = BuiltInCatalog.Find("Referrers.getSearchEnginesFromKeywordId")!;
        Assert.True(engines.NeedsSubtable);
        Assert.False(engines.SeveralDatesWork);

        Assert.False(BuiltInCatalog.Find("Referrers.getCampaigns")!.FlatWorks);
        Assert.Equal("Referrers.getReferrerType", BuiltInCatalog.Find("Referrers.getReferrerType")!.SubtableMethod);
        Assert.False(BuiltInCatalog.Find("Contents.getContentNames")!.FlatWorks);
        Assert.True(BuiltInCatalog.Find("VisitTime.getVisitInformationPerServerTime")!.ConstantRows);
        Assert.False(BuiltInCatalog.Find("VisitTime.getByDayOfWeek")!.SeveralDatesWork);
        Assert.Equal("Referrers_distinctKeywords", BuiltInCatalog.Find("Referrers.getNumberOfDistinctKeywords")!.ValueMetric);
        Assert.Equal(["day", "week", "month"], BuiltInCatalog.Find("VisitsSummary.get")!.Columns.Single(c => c.Name == "nb_uniq_visitors").Periods);
        Assert.Equal(["pageUrl"], BuiltInCatalog.Find("Transitions.getTransitionsForPageUrl")!.Parameters.Where(p => p.Required).Select(p => p.Name));

        var goals = BuiltInCatalog.Find("Goals.getGoals")!;
        Assert.Equal((false, true, ReplyShape.Table), (goals.HasDates, goals.HasSite, goals.Shape));
        Assert.False(BuiltInCatalog.Find("MultiSites.getAll")!.HasSite);
    }

    [Fact]
    public void Click_paths_are_made_of_the_visits_log_and_users_flow_waits_for_its_plugin()
    {
        var steps = BuiltInCatalog.Find("ClickPath.getSteps")!;
        Assert.Equal((ReportSource.VisitLog, "Click Path", true), (steps.Source, steps.Group, steps.Available));
        Assert.Equal(ReportColumnType.Timestamp, steps.Metadata.Single(c => c.Name == "step_at").Type);
        Assert.Contains(BuiltInCatalog.Find("ClickPath.getPaths")!.Columns, c => c.Name == "share");
        Assert.DoesNotContain("ClickPath.getSteps", BuiltInCatalog.ReadingMethods);

        var flow = BuiltInCatalog.Find("UsersFlow.getUsersFlow")!;
        Assert.Equal(("Click Path", false), (flow.Group, flow.Available));
        Assert.Contains("UsersFlow", flow.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void No_parameter_is_internal_or_changes_the_table_behind_the_schema()
    {
        string[] never = ["columns", "showColumns", "hideColumns", "filter_limit", "compare", "depth", "idSite", "period", "date", "segment", "flat", "expanded", "idSubtable"];

        Assert.All(BuiltInCatalog.Reports.SelectMany(r => r.Parameters), p =>
        {
            Assert.DoesNotContain(p.Name, never);
            Assert.False(p.Name.StartsWith('_'));
        });
    }
}
