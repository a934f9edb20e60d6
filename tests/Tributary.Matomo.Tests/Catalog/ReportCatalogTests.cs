using System.Text;
using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

public class ReportCatalogTests
{
    [Theory]
    [InlineData("actions.getpageurls", "Actions_getPageUrls")]
    [InlineData("Actions_getPageUrls", "Actions_getPageUrls")]
    [InlineData(" Goals.get ", "Goals_get")]
    [InlineData("goals_get_idgoal--ecommerceorder", "Goals_get_idGoal--ecommerceOrder")]
    [InlineData("AdvancedCampaignReporting.getName", "MarketingCampaignsReporting_getName")]
    [InlineData("Nosuch.get", null)]
    [InlineData("", null)]
    public void Finds_a_report_by_method_or_unique_id(string name, string? uniqueId) =>
        Assert.Equal(uniqueId, ReportCatalog.BuiltIn.Find(name)?.UniqueId);

    [Theory]
    [InlineData("Actions.getPageUrl s", "Actions.getPageUrls")]
    [InlineData("getPageTitle", "Actions.getPageTitle")]
    [InlineData("VisitSummary.get", "VisitsSummary.get")]
    [InlineData("Referers.getKeywords", "Referrers.getKeywords")]
    [InlineData("UserCountry.getCounrty", "UserCountry.getCountry")]
    public void Suggests_the_nearest_name_first(string wanted, string first)
    {
        var names = ReportCatalog.BuiltIn.Suggest(wanted);

        Assert.Equal(first, names[0]);
        Assert.InRange(names.Count, 1, 3);
    }

    [Fact]
    public void Suggests_nothing_for_a_name_like_no_other() => Assert.Empty(ReportCatalog.BuiltIn.Suggest("§§§§§§§§§§§§§§§§"));

    [Fact]
    public void Lists_a_group_by_any_of_its_names()
    {
        Assert.Equal(ReportCatalog.BuiltIn.InGroup("Visit Summary"), ReportCatalog.BuiltIn.InGroup("visitssummary"));
        Assert.NotEmpty(ReportCatalog.BuiltIn.InGroup("Visit Summary"));
        Assert.Empty(ReportCatalog.BuiltIn.InGroup("Nosuch"));
    }

    [Theory]
    [InlineData("5.2")]
    [InlineData("4.16")]
    public void A_recorded_server_keeps_every_built_in_report_and_adds_its_goals_and_dimensions(string version)
    {
        var catalog = ReportCatalog.BuiltIn.Merge(Metadata($"{version}/API/getReportMetadata.site1"));

        Assert.Empty(ReportCatalog.BuiltIn.Reports.Select(r => r.UniqueId).Except(catalog.Reports.Select(r => r.UniqueId)));
        Assert.Equal(catalog.Reports.Count, catalog.Reports.Select(r => r.UniqueId).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(catalog.Reports.Where(r => r.Plugin != "UsersFlow"), r => Assert.True(r.Available, r.Method));

        var dimension = catalog.Find("CustomDimensions_getCustomDimension_idDimension--3")!;
        Assert.Equal("Custom dimension: Page author", dimension.Name);
        Assert.Equal("3", dimension.FixedParameters["idDimension"]);
        Assert.Empty(dimension.Parameters);
        Assert.Equal(["custom_dimension_3", "page_url"], dimension.Dimensions.Select(d => DimensionNames.ColumnName(d.Id)));
        Assert.True(dimension.Columns.Single(c => c.Name == "max_actions").Optional);
        Assert.False(dimension.Columns.Single(c => c.Name == "nb_hits").Optional);

        var ofVisits = catalog.Find("CustomDimensions_getCustomDimension_idDimension--1")!;
        Assert.Null(ofVisits.SubtableMethod);
        Assert.False(ofVisits.Columns.Single(c => c.Name == "max_actions").Optional);
        Assert.True(ofVisits.Columns.Single(c => c.Name == "nb_hits").Optional);

        var carts = catalog.Find("Goals_getDaysToConversion_idGoal--ecommerceAbandonedCart")!;
        Assert.Equal(("Goals", true, "ecommerceAbandonedCart"), (carts.Group, carts.FlatWorks, carts.FixedParameters["idGoal"]));
    }

    [Theory]
    [InlineData("5.2")]
    [InlineData("4.16")]
    public void Built_in_facts_stay_and_what_is_announced_beside_them_is_optional(string version)
    {
        var catalog = ReportCatalog.BuiltIn.Merge(Metadata($"{version}/API/getReportMetadata.site1.subtables"));

        foreach (var built in ReportCatalog.BuiltIn.Reports)
        {
            var merged = catalog.Find(built.UniqueId)!;
            Assert.Equal(built.Columns, merged.Columns.Take(built.Columns.Count));
            Assert.All(merged.Columns.Skip(built.Columns.Count), c => Assert.True(c.Optional, $"{built.Method} {c.Name}"));
            Assert.All(merged.Columns, c => Assert.NotNull(c.Description));
            Assert.Equal((built.Shape, built.FlatWorks, built.SeveralDatesWork, built.NeedsSubtable), (merged.Shape, merged.FlatWorks, merged.SeveralDatesWork, merged.NeedsSubtable));
        }

        Assert.Contains(catalog.Find("Referrers.getKeywords")!.Columns, c => c.Name == "bounce_rate" && c.Type == ReportColumnType.Percent);
    }

    [Fact]
    public void Every_recorded_announcement_has_types_the_catalog_agrees_with()
    {
        SortedSet<string> contradictions = new(StringComparer.Ordinal);
        var types = 0;
        foreach (var recording in Recordings.All.Where(r => r.Method == "API.getReportMetadata" && r.Body[0] == '['))
        {
            foreach (var report in Parse(recording.Body).Reports)
            {
                foreach (var (name, announced) in report.MetricTypes)
                {
                    types++;
                    var ours = BuiltInCatalog.MetricColumn(name, announced, null).Type;
                    var theirs = ColumnTypes.FromMatomo(announced)!.Value.Type;
                    if (ours != theirs && !(theirs == ReportColumnType.Number && ours is ReportColumnType.Count or ReportColumnType.UniqueCount or ReportColumnType.Bytes))
                    {
                        contradictions.Add($"{name}: {ours}, announced as {announced}");
                    }
                }
            }
        }

        Assert.True(types > 5_000, $"{types} types");

        // Matomo 5.2 announces this amount as a plain number, unlike revenue_per_visit.
        Assert.Equal(["revenue_per_entry: Money, announced as number"], contradictions);
    }

    [Fact]
    public void A_report_of_another_plugin_appears_by_itself()
    {
        var catalog = ReportCatalog.BuiltIn.Merge(Parse("""
            [{"module":"FormAnalytics","action":"get","uniqueId":"FormAnalytics_get","name":"Forms","metrics":{"nb_form_views":"Form views"},"processedMetrics":{"form_conversion":"Conversion"},"metricTypes":{"nb_form_views":"number","form_conversion":"percent"},"documentation":"<p>How forms <b>fare</b>. More.</p>"},
             {"module":"FormAnalytics","action":"getFields","uniqueId":"FormAnalytics_getFields_idForm--7","parameters":{"idForm":7},"name":"Fields","dimension":"Form field","metrics":{"nb_visits":"Visits","nb_uniq_visitors":"Unique visitors","nb_field_changes":"Field changes"},"processedMetrics":{"bounce_rate":"Bounces","avg_hesitation":"Hesitation"},"metricTypes":{"nb_field_changes":"number","avg_hesitation":"duration_ms"},"metricsGoal":{"nb_conversions":"Conversions","revenue":"Revenue"},"actionToLoadSubTables":"getFieldValues","constantRowsCount":"1","metricsDocumentation":{"nb_field_changes":"How often the field was changed."}},
             {"module":"FormAnalytics","action":"deleteForm","uniqueId":"FormAnalytics_deleteForm","name":"Not a report"}]
            """));

        var forms = catalog.Find("FormAnalytics.get")!;
        Assert.Equal(("More reports", ReplyShape.Row, "How forms fare.", true), (forms.Group, forms.Shape, forms.Description, forms.Available));
        Assert.Equal([ReportColumnType.Count, ReportColumnType.Percent], forms.Columns.Select(c => c.Type));

        var fields = catalog.Find("FormAnalytics_getFields_idForm--7")!;
        Assert.Equal((ReplyShape.Table, "FormAnalytics.getFieldValues", true), (fields.Shape, fields.SubtableMethod, fields.ConstantRows));
        Assert.Equal("7", fields.FixedParameters["idForm"]);
        Assert.True(Assert.Single(fields.Dimensions).IsGuessed);
        Assert.Equal("form_field", DimensionNames.ColumnName(fields.Dimensions[0].Id));
        Assert.Equal(["nb_visits", "nb_uniq_visitors", "nb_field_changes", "bounce_rate", "avg_hesitation"], fields.Columns.Select(c => c.Name));
        Assert.Equal(["day"], fields.Columns[1].Periods);
        Assert.Equal(("How often the field was changed.", OverTime.Sum), (fields.Columns[2].Description, fields.Columns[2].OverTime));
        Assert.True(fields.Columns[3].Optional);
        Assert.Equal(("milliseconds", OverTime.Recompute), (fields.Columns[4].Unit, fields.Columns[4].OverTime));
        Assert.Contains(fields.GoalColumns, c => c.Name == "nb_visits_converted");

        Assert.Null(catalog.Find("FormAnalytics.deleteForm"));
    }

    [Fact]
    public void A_method_of_a_known_group_that_we_do_not_know_joins_the_group()
    {
        var catalog = ReportCatalog.BuiltIn.Merge(Parse("""[{"module":"Actions","action":"getPageMoods","name":"Page moods","dimension":"Mood","metrics":{"nb_hits":"Hits"}}]"""));

        Assert.Equal("Actions", catalog.Find("Actions_getPageMoods")!.Group);
        Assert.Equal("Actions", catalog.Reports[catalog.Reports.Count(r => r.Group == "Actions") - 1].Group);
    }

    [Fact]
    public void A_separate_plugin_that_announces_nothing_is_missing_and_core_ones_are_not()
    {
        var catalog = ReportCatalog.BuiltIn.Merge(Parse("""[{"module":"VisitsSummary","action":"get","name":"Visits","metrics":{"nb_visits":"Visits"}}]"""));

        var bandwidth = catalog.Find("Bandwidth.get")!;
        Assert.False(bandwidth.Available);
        Assert.Contains("plugin Bandwidth", bandwidth.Reason, StringComparison.Ordinal);
        Assert.False(catalog.Find("MarketingCampaignsReporting.getId")!.Available);
        Assert.All(new[] { "Live.getLastVisitsDetails", "Transitions.getTransitionsForPageUrl", "Goals.getGoals", "VisitsSummary.getVisits", "ClickPath.getSteps", "Actions.getPageUrls" },
            m => Assert.True(catalog.Find(m)!.Available));
    }

    [Fact]
    public void An_empty_or_cut_announcement_proves_no_absence()
    {
        var hundred = "[" + string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"module":"Actions","action":"get","uniqueId":"Actions_get_idGoal--{{i}}","name":"n"}""")) + "]";

        Assert.All(new[] { "[]", hundred }, json => Assert.True(ReportCatalog.BuiltIn.Merge(Parse(json)).Find("Bandwidth.get")!.Available));
    }

    [Fact]
    public void Known_plugin_states_decide()
    {
        var metadata = Metadata("5.2/API/getReportMetadata.site1");

        var asked = ReportCatalog.BuiltIn.Merge(metadata.WithPlugins(new Dictionary<string, bool> { ["usersflow"] = true, ["Live"] = false }));
        Assert.True(asked.Find("UsersFlow.getUsersFlow")!.Available);
        Assert.Null(asked.Find("UsersFlow.getUsersFlow")!.Reason);
        Assert.Contains("switched off", asked.Find("Live.getLastVisitsDetails")!.Reason, StringComparison.Ordinal);
        Assert.False(asked.Find("ClickPath.getPaths")!.Available);
        Assert.True(asked.Find("Actions.get")!.Available);

        var all = ReportCatalog.BuiltIn.Merge(metadata.WithAllActivePlugins(["Actions"]));
        Assert.True(all.Find("Actions.getPageUrl")!.Available);
        Assert.False(all.Find("Transitions.getTransitionsForPageUrl")!.Available);
        Assert.False(all.Find("UsersFlow.getUsersFlow")!.Available);
    }

    [Fact]
    public void The_older_campaign_plugin_takes_the_place_of_its_successor()
    {
        var catalog = ReportCatalog.BuiltIn.Merge(Parse("""[{"module":"AdvancedCampaignReporting","action":"getName","uniqueId":"AdvancedCampaignReporting_getName","name":"Names","dimension":"Name","metrics":{"nb_visits":"Visits"}}]"""));

        var names = catalog.Find("MarketingCampaignsReporting.getName")!;
        Assert.Equal(("AdvancedCampaignReporting.getName", "Advanced Campaign Reporting", true), (names.Method, names.Group, names.Available));
        Assert.Equal("AdvancedCampaignReporting.getKeywordContentFromNameId", names.SubtableMethod);
        Assert.Same(names, catalog.Find("AdvancedCampaignReporting_getName"));
        Assert.Equal(8, catalog.InGroup("Advanced Campaign Reporting").Count(r => r.Available));
        var ids = catalog.Find("MarketingCampaignsReporting.getId")!;
        Assert.False(ids.Available);
        Assert.Contains("AdvancedCampaignReporting", ids.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_no_address_with_a_token_in_it()
    {
        var recording = Recordings.Get("5.2/API/getReportMetadata.site1.de");
        Assert.Contains("token_auth=TOKEN", Encoding.UTF8.GetString(recording.Body), StringComparison.Ordinal);

        var metadata = Parse(recording.Body);

        Assert.DoesNotContain("token_auth", JsonSerializer.Serialize(metadata.Reports), StringComparison.Ordinal);
        Assert.DoesNotContain("token_auth", JsonSerializer.Serialize(ReportCatalog.BuiltIn.Merge(metadata).Reports), StringComparison.Ordinal);
    }

    private static ServerMetadata Metadata(string recording) => Parse(Recordings.Get(recording).Body);

    private static ServerMetadata Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    private static ServerMetadata Parse(byte[] json) => ServerMetadata.Parse(new MemoryStream(json));
}
