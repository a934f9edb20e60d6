using System.Globalization;
using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

/// <summary>Every quirk is shown by a recorded answer, and by one that does better.</summary>
public sealed class QuirksTests
{
    [Theory]
    [InlineData("Actions/getPageTitles.week")]
    [InlineData("Actions/getEntryPageUrls.week")]
    [InlineData("Actions/getExitPageUrls.range")]
    public void Matomo_4_adds_extremes_of_days_up_where_5_compares_them(string name)
    {
        var (four, five) = (Extremes($"4.16/{name}"), Extremes($"5.2/{name}"));
        var rows = four.Keys.Intersect(five.Keys, StringComparer.Ordinal).Where(label => four[label] > 0 && five[label] > 0).ToList();

        Assert.True(rows.Count > 20, $"only {rows.Count} rows");
        Assert.True(rows.Average(label => four[label] / five[label]) > 1.2);
        Assert.Contains(Quirks.Of("Actions.getPageTitles", "4.16.1", "week", isTopLevel: false), q => q.Concerns("max_time_network") && q.WhereZero is null);
        Assert.Empty(Quirks.Of("Actions.getPageTitles", "5.2.0-b5", "week", isTopLevel: false));
    }

    [Fact]
    public void Single_days_of_Matomo_4_have_true_extremes_at_their_leaves()
    {
        Assert.Empty(Quirks.Of("Actions.getPageTitles", "4.16.1", "day", isTopLevel: false));
        Assert.NotEmpty(Quirks.Of("Actions.getPageTitles", "4.16.1", "day", isTopLevel: true));
    }

    [Fact]
    public void A_custom_dimension_adds_extremes_up_in_every_version()
    {
        // No page took longer than a fifth of a second to reach; the dimension says a minute and a half.
        Assert.True(Extremes("5.2/CustomDimensions/getCustomDimension.dim3.month").Values.Max() > 80);
        Assert.True(Extremes("5.2/CustomDimensions/getCustomDimension.dim3.flat").Values.Max() < 0.2);
        Assert.NotEmpty(Quirks.Of("CustomDimensions.getCustomDimension", "5.14.0", "month", isTopLevel: false));
        Assert.Empty(Quirks.Of("CustomDimensions.getCustomDimension", "5.14.0", "day", isTopLevel: false));
    }

    [Fact]
    public void Matomo_4_writes_zero_as_the_greatest_value_of_events_without_one()
    {
        var rows = Rows("4.16/Events/getName.day").Where(r => r.GetProperty("nb_events_with_value").GetInt32() == 0).ToList();

        Assert.NotEmpty(rows);
        Assert.Contains(rows, r => r.GetProperty("max_event_value") is { ValueKind: JsonValueKind.Number } max && max.GetDouble() == 0);
        var quirk = Assert.Single(Quirks.Of("Events.getName", "4.16.1", "day", isTopLevel: false));
        Assert.Equal("nb_events_with_value", quirk.WhereZero);
        Assert.Empty(Quirks.Of("Events.getName", "5.0.0", "day", isTopLevel: false));
    }

    [Theory]
    [InlineData("4.16.1", true)]
    [InlineData("4", true)]
    [InlineData("5.0.0-rc1", false)]
    [InlineData("nonsense", false)]
    [InlineData(null, false)]
    public void A_version_is_read_as_far_as_it_is_a_number(string? version, bool isBeforeFive) =>
        Assert.Equal(isBeforeFive, Quirks.Of("Events.getName", version, "day", isTopLevel: false).Count > 0);

    [Fact]
    public void Every_quirk_stands_in_the_documentation()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "quirks.md"));

        Assert.All(Quirks.All, q => Assert.All(q.Methods, m => Assert.Contains($"`{m}`", text, StringComparison.Ordinal)));
    }

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    private static List<JsonElement> Rows(string id) => [.. JsonDocument.Parse(Recordings.Get(id).Body).RootElement.EnumerateArray()];

    private static Dictionary<string, double> Extremes(string id) => Rows(id)
        .Where(r => r.TryGetProperty("max_time_network", out var max) && max.ValueKind is JsonValueKind.Number or JsonValueKind.String)
        .DistinctBy(r => r.GetProperty("label").GetString())
        .ToDictionary(r => r.GetProperty("label").GetString()!, r => double.Parse(r.GetProperty("max_time_network").ToString(), CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
