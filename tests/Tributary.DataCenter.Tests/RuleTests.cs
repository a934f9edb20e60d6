using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using NetArchTest.Rules;
using Tributary.DataCenter.Connector;
using Tributary.DataCenter.SignIn;

namespace Tributary.DataCenter.Tests;

public sealed partial class RuleTests
{
    [Fact]
    public void The_Data_Center_reaches_the_core_through_its_facade_alone()
    {
        var result = Types.InAssembly(typeof(DataCenterServer).Assembly)
            .ShouldNot()
            .HaveDependencyOnAny(
                "Tributary.Planning", "Tributary.Shaping", "Tributary.Destinations.IDestination", "Tributary.Destinations.DuckDb", "Tributary.Store", "Tributary.Runs", "Tributary.Matomo.Requests",
                "Tributary.SampleMatomo", "DuckDB.NET", "Microsoft.Data.Sqlite")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void No_page_carries_a_style_or_a_script_in_its_text()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Tributary.DataCenter"), "*.razor", SearchOption.AllDirectories).ToList();

        Assert.True(pages.Count > 40, "The pages were not found.");
        Assert.All(pages, page => Assert.DoesNotMatch(Inline(), File.ReadAllText(page)));
    }

    [Fact]
    public void Whatever_can_be_wrong_of_a_DataSet_has_a_field_of_the_connector_page_to_say_it_at()
    {
        var rules = new[] { "Planning/DetailsRules.cs", "Planning/DateRules.cs", "Planning/ReportFields.cs", "Planning/SettingsRules.cs", "Scheduling/ScheduleRules.cs" };
        var fields = rules.SelectMany(r => FailedField().Matches(File.ReadAllText(Path.Combine(Root(), "src", "Tributary", r)))).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();
        var panes = string.Concat(Directory.EnumerateFiles(Path.Combine(Root(), "src", "Tributary.DataCenter", "Components", "Connector"), "*.razor").Select(File.ReadAllText));

        Assert.True(fields.Count > 25, string.Join(' ', fields));
        Assert.All(fields.Where(f => f != "--parameter"), field =>
        {
            var place = FieldPlaces.IdOf(field);
            Assert.True(place != "report" || field == "--report", $"{field} has no place.");
            Assert.All(place.Split(' '), id => Assert.Contains($"\"{id}\"", panes, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Every_page_says_who_may_see_it()
    {
        var pages = typeof(DataCenterServer).Assembly.GetTypes().Where(t => t.GetCustomAttributes<RouteAttribute>().Any()).ToList();

        Assert.True(pages.Count > 15, "The pages were not found.");
        Assert.Equal(["FirstStartPage", "SignInPage"], pages.Where(p => p.GetCustomAttribute<AllowAnonymousAttribute>() is not null).Select(p => p.Name).Order());
        Assert.All(pages, p => Assert.NotNull(p.GetCustomAttributes().FirstOrDefault(a => a is AuthorizeAttribute or AllowAnonymousAttribute)));
        Assert.Equal(["NewAccountPage", "NewPage", "StarterPage"], pages.Where(p => p.GetCustomAttributes<AuthorizeAttribute>().Any(a => a.Policy == Sessions.ManagersOnly)).Select(p => p.Name).Order());
    }

    [Fact]
    public void An_open_page_changes_nothing_but_by_the_way_that_asks_the_store_who_it_is()
    {
        var center = Path.Combine(Root(), "src", "Tributary.DataCenter");
        var files = Directory.EnumerateFiles(Path.Combine(center, "Components"), "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Path.Combine(center, "Connector"))).ToList();
        var changes = files.SelectMany(f => StraightCall().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetFileName(f)}: {m.Value}")).ToList();

        Assert.True(files.Count > 100, "The pages were not found.");
        Assert.Empty(changes);
        Assert.Contains(files, f => File.ReadAllText(f).Contains("Managing.DoAsync(w => w.Access.RemoveUserAsync(", StringComparison.Ordinal));
    }

    // Whatever a page calls on the workspace without asking must be known by its verb to read only.
    [GeneratedRegex(@"\b[Ww]orkspace\.(?:[A-Z]\w*\.)?(?!(?:Get|List|Read|Find|Explain|Describe|Suggest|Count|Has|Plan|Check|Query|SignIn)(?:[A-Z]\w*)?Async\()\w+Async\(")]
    private static partial Regex StraightCall();

    [GeneratedRegex("\"(--[a-z-]+)\"")]
    private static partial Regex FailedField();

    [GeneratedRegex("""<[a-z][^>]*\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+="(?!@)""")]
    private static partial Regex Inline();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
