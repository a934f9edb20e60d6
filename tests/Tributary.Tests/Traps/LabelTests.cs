using System.Text;
using System.Text.Json;
using Tributary.Destinations;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Columns and labels.</summary>
public sealed class LabelTests
{
    private static readonly DetailsInput TwoDays = new() { Report = "UserCountry.getCountry", Start = "2026-11-23", End = "2026-11-24" };

    [Fact]
    public async Task Columns_that_appear_vanish_or_are_renamed_make_a_union_with_null_elsewhere()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Report", TwoDays);
        foreach (var (row, expected) in new (string, object?[])[]
        {
            ("""{"label":"a","nb_visits":1,"plugin_metric":7}""", [1L, 7L, null, null]),
            ("""{"label":"a","nb_visits":2,"plugin_metric":8,"new_in_5_3":9}""", [2L, 8L, 9L, null]),
            ("""{"label":"a","nb_visits":3,"new_in_5_3":10}""", [3L, null, 10L, null]),
            ("""{"label":"a","nb_visits":4,"renamed_in_5_8":11}""", [4L, null, null, 11L]),
        })
        {
            fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":[{row}]")) + "}");
            Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Report")).Status);
            var columns = (await fixture.Workspace.GetDataSetAsync("Report", TestContext.Current.CancellationToken)).Columns.Select(c => c.Name).ToList();
            Assert.Equal([expected, expected], await fixture.QueryAsync(
                "SELECT nb_visits, " + string.Join(", ", new[] { "plugin_metric", "new_in_5_3", "renamed_in_5_8" }.Select(c => columns.Contains(c) ? c : "NULL")) + " FROM report"));
        }
    }

    [Theory]
    [InlineData("day 1")]
    [InlineData("day 2")]
    public async Task Rows_of_one_table_may_have_different_columns(string where)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json(where == "day 1"
            ? """{"2026-11-23":[{"label":"a","x":1},{"label":"b","y":2.5},{"label":"c","z":"t","x":3}],"2026-11-24":[]}"""
            : """{"2026-11-23":[{"label":"c","z":"t","x":3}],"2026-11-24":[{"label":"b","y":2.5},{"label":"a","x":1}]}""");
        await fixture.AddAsync("Report", TwoDays);
        await fixture.RunAsync("Report");

        Assert.Equal([["a", 1L, null, null], ["b", null, 2.5, null], ["c", 3L, null, "t"]], await fixture.QueryAsync("SELECT label, x, y, z FROM report ORDER BY label"));
    }

    [Fact]
    public async Task A_column_that_changes_its_type_keeps_its_values()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("First", TwoDays);
        fixture.Matomo.Report = _ => ScriptedReply.Json("""{"2026-11-23":[{"label":"a","plugin_metric":1}],"2026-11-24":[{"label":"a","plugin_metric":2.5},{"label":"b","plugin_metric":"many"}]}""");
        var run = await fixture.RunAsync("First");

        Assert.Null(run.Error);
        Assert.Equal([["1"], ["2.5"], ["many"]], await fixture.QueryAsync("SELECT CAST(plugin_metric AS VARCHAR) FROM first ORDER BY 1"));
    }

    [Fact]
    public async Task Labels_that_differ_only_in_case_accents_or_blanks_stay_apart()
    {
        string[] labels = ["Ete", "ete", "été", "e\u0301te\u0301", "ETE", "Ete ", " Ete", "Ete\u00a0", "straße", "STRASSE", "strasse", "ﬁ", "fi", "ｆｉ", "İ", "i", "ı", "I", "\u03a9", "\u2126", "東京", "とうきょう", "", " "];
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json($"[{string.Join(',', labels.Select((l, i) => $$"""{"label":{{JsonSerializer.Serialize(l)}},"nb_visits":{{i}}}"""))}]");
        await fixture.AddAsync("Report", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });
        await fixture.RunAsync("Report");

        Assert.Equal(labels, (await fixture.QueryAsync("SELECT label FROM report ORDER BY nb_visits")).Select(r => r[0]));
        Assert.Equal([[(long)labels.Distinct(StringComparer.Ordinal).Count()]], await fixture.QueryAsync("SELECT count(*) FROM (SELECT label FROM report GROUP BY label)"));
        foreach (var (label, i) in labels.Select((l, i) => (l, i)))
        {
            Assert.Equal([[(long)i]], await fixture.QueryAsync($"SELECT nb_visits FROM report WHERE label = '{label}'"));
        }
    }

    [Theory]
    [InlineData("en", "Unknown")]
    [InlineData("de", "unbekannt")]
    [InlineData("ja", "不明")]
    public async Task Every_request_names_the_language_of_the_account(string language, string unknown)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 5, VisitsPerDay = 60, Sites = 1 }, language);
        foreach (var details in new DetailsInput[]
        {
            new() { Report = "DevicesDetection.getBrand", Date = "2026-11-23" },
            new() { Report = "Contents.getContentNames", Date = "2026-11-23" },
            new() { Report = "Live.getLastVisitsDetails", Date = "2026-11-23" },
            new() { Report = "VisitTime.getByDayOfWeek", Period = "week", Date = "2026-11-23" },
        })
        {
            var stored = await here.StoreAsync(details);
            Assert.Null(stored.Run.Error);
            if (details.Report == "DevicesDetection.getBrand")
            {
                Assert.Contains(unknown, stored.Rows.Select(r => r["label"]));
            }
        }

        Assert.All(here.Sample.Requests, r => Assert.Equal(language, r.Parameters.GetValueOrDefault("language")));
    }

    [Fact]
    public async Task Odd_labels_make_the_round_trip_to_table_file_and_back()
    {
        string[] labels =
        [
            "a &amp; b", "a &amp;amp; b", "&lt;b&gt;", "a & b", "<b>\"x\"</b>", "c:\\dir\\new", "\\", "\\n", "line\nbreak", "tab\there", "cr\r\nlf", "bell\a", "nul \u0000 in it", "\u001b[31mred", " leading", "trailing ",
            "דף הבית", "صفحة ١", "\u202eevil\u202c", "\u200fmark", "🚀🔥", "👩‍👩‍👧‍👦", "日本語 – ページ", "=1+1", "+1", "-1", "@SUM(A1)", "'quoted'", "\"quoted\"", "a,b;c", "50 %", "%41", "a+b", "/index", "a > b", "a - b", "Others", "null", "0", "1e5",
            new string('x', 5000),
        ];
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json($"[{string.Join(',', labels.Select((l, i) => $$"""{"label":{{JsonSerializer.Serialize(l)}},"nb_visits":{{i}}}"""))}]");
        await fixture.AddAsync("Report", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });
        var run = await fixture.RunAsync("Report");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(labels, (await fixture.QueryAsync("SELECT label FROM report ORDER BY nb_visits")).Select(r => r[0]));
        using var json = new MemoryStream();
        await fixture.Workspace.ExportAsync("Report", "json", ExportOptions.Default, json, TestContext.Current.CancellationToken);
        using var exported = JsonDocument.Parse(json.ToArray());
        Assert.Equal(labels, exported.RootElement.EnumerateArray().OrderBy(r => r.GetProperty("nb_visits").GetInt64()).Select(r => r.GetProperty("label").GetString()));
    }

    [Theory]
    [InlineData("Actions.getPageUrls", "page_url")]
    [InlineData("Actions.getPageTitles", "page_title")]
    [InlineData("Actions.getEntryPageUrls", "entry_page_url")]
    public async Task The_exact_dimension_stands_beside_the_label(string report, string column)
    {
        // The site of odd names: HTML, backslashes, right-to-left, emoji, blanks, percent signs, /index.
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 24, VisitsPerDay = 60, Sites = 3 });
        var stored = await here.StoreAsync(new DetailsInput { Report = report, Sites = "3", Period = "month", Date = "2026-11-20" });
        var plain = (await here.Plain.AskAsync(report, null, ("idSite", "3"), ("period", "month"), ("date", "2026-11-20"), ("flat", "1"))).EnumerateArray().ToList();
        var id = ReportCatalog.BuiltIn.Find(report)!.Dimensions[0].Id;

        Assert.True(plain.Count > 15);
        Assert.Equal(
            plain.Select(r => (r.GetProperty("label").GetString(), r.GetProperty(id).GetString())).Order(),
            stored.Rows.Select(r => ((string?)r["label"], (string?)r[column])).Order());
    }

    [Fact]
    public void What_a_version_answers_falsely_is_a_table_with_the_place_it_was_measured()
    {
        Assert.NotEmpty(Quirks.All);
        Assert.All(Quirks.All, q =>
        {
            Assert.NotEmpty(q.Methods);
            Assert.NotEmpty(q.Columns);
            Assert.Matches("[0-9]+\\.[0-9]+", q.Proof);
            Assert.EndsWith(".", q.Why, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("4.16.1", true)]
    [InlineData("5.2.0", false)]
    public async Task Extremes_that_an_old_version_adds_up_are_null_and_said(string version, bool isUntrue)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 15, VisitsPerDay = 40, Sites = 1, Version = version });
        var week = await here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Period = "week", Date = "2026-11-18" });
        var day = await here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Date = "2026-11-18" });

        Assert.Contains(day.Rows, r => r["min_time_server"] is not null);
        Assert.Equal(isUntrue, week.Rows.TrueForAll(r => r["min_time_server"] is null && r["max_time_network"] is null));
        Assert.Equal(isUntrue, week.Run.Warnings.Any(w => w.Code == "values.untrue"));
    }

    [Theory]
    [InlineData("VisitTime.getByDayOfWeek", "week", "2026-11-09", "2026-11-22", 2)]
    [InlineData("Referrers.getAll", "day", "2026-11-20", "2026-11-22", 3)]
    public async Task A_report_that_refuses_several_dates_is_asked_date_by_date(string report, string by, string start, string end, int requests)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 24, VisitsPerDay = 40, Sites = 1 });
        var refused = await here.Plain.AskAsync(report, null, ("idSite", "1"), ("period", by), ("date", $"{start},{end}"));
        Assert.NotNull(EveryReport.PlainServer.ErrorOf(refused));
        var stored = await here.StoreAsync(new DetailsInput { Report = report, Start = start, End = end, By = by });

        Assert.Null(stored.Run.Error);
        Assert.Equal(requests, stored.Partitions.Count);
        Assert.All(stored.Partitions, p => Assert.True(p.Rows > 0));
        Assert.DoesNotContain(here.Sample.Requests.Where(r => r.Method == report).Skip(1), r => r.Parameters["date"].Contains(',', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Csv_is_UTF8()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json("""[{"label":"日本 – é","nb_visits":1},{"label":"a,\"b\"\nc","nb_visits":2},{"label":"🚀","nb_visits":3}]""");
        await fixture.AddAsync("Report", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20", Columns = "label,nb_visits" });
        await fixture.RunAsync("Report");
        using var csv = new MemoryStream();
        await fixture.Workspace.ExportAsync("Report", "csv", ExportOptions.Default, csv, TestContext.Current.CancellationToken);

        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(csv.ToArray());
        Assert.StartsWith("site_id,", text, StringComparison.Ordinal);
        Assert.Contains(",日本 – é,", text, StringComparison.Ordinal);
        Assert.Contains(",\"a,\"\"b\"\"\nc\",", text, StringComparison.Ordinal);
        Assert.Contains(",🚀,", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', text);
    }
}
