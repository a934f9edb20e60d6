using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Files;

public class FileProblemTests
{
    [Fact]
    public async Task Everything_wrong_is_told_at_once_each_with_its_line_and_nothing_is_written()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        var before = await fixture.ExportAsync();

        var told = await ProblemsAsync(fixture, """
            version: 1
            workspace:
              time_zone: Europe/Pari
            acounts: []
            accounts:
              - name: New
                url: http://127.0.0.1:1/
                token_env: NOT_SET
            datasets:
              - name: A
                account: Sho
                report: Actions.getPageUrls
              - name: B
                account: Shop
                report: Actions.getPageUrlz
              - name: C
                account: Shop
                report: UserCountry.getCountry
                lokback: 3
                lookback: many
                end: 2026-01-01
                url: https://example.org
                every: 3x
                update: replcae
              - name: c
                account: Shop
                report: UserCountry.getCountry
                check: {rows.zeros: stop}
              - account: Shop
                tag:
                  - {a: b}
              - name: D
                account: Shop
                report: VisitsSummary.get
                key: [a]
                keep_days:
            alerts:
              - name: Mail
                smtp: mail.example.org
                on: faild
                dataset: [Nope]
            """);

        Assert.Equal(before, await fixture.ExportAsync());
        (string Place, string Says)[] expected =
        [
            ("line 3, workspace.time_zone", "Europe/Paris"),
            ("line 4, acounts", "'accounts'"),
            ("line 8, accounts[1].token_env", "NOT_SET is not set"),
            ("line 11, datasets[1].account", "'Shop'"),
            ("line 15, datasets[2].report", "'Actions.getPageUrls'"),
            ("line 19, datasets[3].lokback", "'lookback'"),
            ("line 20, datasets[3].lookback", "'many' is not a whole number"),
            ("line 16, datasets[3]", "an end but no start"),
            ("line 22, datasets[3].url", "takes no url"),
            ("line 23, datasets[3].every", "3x"),
            ("line 24, datasets[3].update", "'replace'"),
            ("line 25, datasets[4].name", "twice, first on line 16"),
            ("line 28, datasets[4].check", "'rows.zero'"),
            ("line 29, datasets[5]", "'name' is missing"),
            ("line 29, datasets[5]", "'report' is missing"),
            ("line 31, datasets[5].tag", "one value"),
            ("line 35, datasets[6].key", "update: merge"),
            ("line 36, datasets[6].keep_days", "Nothing is written here"),
            ("line 40, alerts[1].on", "'failed'"),
            ("line 41, alerts[1].dataset", "Nope"),
            ("line 38, alerts[1]", "who the sender is"),
        ];
        foreach (var (place, says) in expected)
        {
            Assert.True(told.Any(p => p.Field == place && p.Message.Contains(says, StringComparison.Ordinal)), $"{place}: {says}\n\n{string.Join('\n', told)}");
        }

        Assert.DoesNotContain(told, p => p.Message.Contains("--", StringComparison.Ordinal) && !p.Message.Contains("tributary ", StringComparison.Ordinal));
        Assert.Equal(told.Count, told.Select(p => (p.Field, p.Message)).Distinct().Count());
    }

    [Theory]
    [InlineData("version: 1\ndatasets: [", "no YAML")]
    [InlineData("version: 1\ndatasets:\n\t- name: x", "no YAML")]
    [InlineData("version: 2", "version: 1")]
    [InlineData("datasets: []", "'version' is missing")]
    [InlineData("", "sections")]
    [InlineData("- a", "sections")]
    [InlineData("version: 1\n---\nversion: 1", "second document")]
    [InlineData("version: 1\ndatasets: &a [*a]", "no &a")]
    [InlineData("version: 1\nversion: 1", "twice")]
    [InlineData("version: 1\ndatasets: {name: x}", "A list belongs here")]
    [InlineData("version: 1\ndatasets: [x]", "Fields belong here")]
    public async Task What_is_not_the_form_is_told_with_its_line(string text, string says)
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        var told = await ProblemsAsync(fixture, text);

        Assert.Contains(told, p => p.Field.StartsWith("line ", StringComparison.Ordinal) && p.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_file()
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        await fixture.ApplyAsync("\uFEFFversion: 1\ndatasets:\n  - {name: A, account: Shop, report: UserCountry.getCountry}");

        Assert.Equal(["A"], await fixture.NamesAsync());
    }

    [Fact]
    public async Task A_part_written_once_can_be_used_again_by_its_anchor()
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        await fixture.ApplyAsync("""
            # yaml-language-server: $schema=tributary.schema.json
            version: 1
            datasets:
              - {name: A, account: Shop, report: UserCountry.getCountry, tag: &tags [web, daily]}
              - {name: B, account: Shop, report: UserCountry.getCity, tag: *tags}
            """);

        Assert.Equal(["web", "daily"], (await fixture.Workspace.GetDataSetAsync("B", TestContext.Current.CancellationToken)).Definition.Tags);
    }

    [Fact]
    public async Task An_account_that_does_not_answer_stops_everything()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        var before = await fixture.ExportAsync();

        var error = await Assert.ThrowsAsync<TributaryException>(() => fixture.ApplyAsync("""
            version: 1
            accounts:
              - name: Gone
                url: http://127.0.0.1:9/
                token_env: TRIBUTARY_TOKEN_SHOP
            datasets:
              - {name: A, account: Gone, report: UserCountry.getCountry}
              - {name: B, account: Shop, report: UserCountry.getCountry}
            """));

        Assert.Equal(("apply.account_failed", Fault.Source), (error.Code, error.Fault));
        Assert.Contains("'Gone' (line 3)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(CanaryToken.Value, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await fixture.ExportAsync());
    }

    [Fact]
    public async Task An_account_as_it_was_that_does_not_answer_any_more_is_named_with_the_line_of_its_DataSet()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Matomo.Anything = _ => ScriptedReply.Error("The table does not exist.");

        var error = await Assert.ThrowsAsync<TributaryException>(() => fixture.ApplyAsync("""
            version: 1
            datasets:
              - {name: A, account: Shop, report: UserCountry.getCountry, sites: [1]}
              - {name: B, account: Shop, report: UserCountry.getCity, sites: [1]}
            """));

        Assert.Equal(("apply.account_failed", Fault.Source), (error.Code, error.Fault));
        Assert.StartsWith("The account 'Shop' could not be asked for 'A' (line 3): ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'B'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_does_not_answer_is_told_with_what_is_wrong_with_the_file()
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        var problems = await ProblemsAsync(fixture, """
            version: 1
            accounts:
              - name: Gone
                url: http://127.0.0.1:9/
                token_env: TRIBUTARY_TOKEN_SHOP
            datasets:
              - {name: B, account: Shop, report: UserCountry.getCountry, every: 0h}
            """);

        Assert.Equal(["line 3", "line 7, datasets[1].every"], problems.Select(p => p.Field));
        Assert.Contains("'Gone' (line 3) does not work", problems[0].Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Problem>> ProblemsAsync(ApplyFixture fixture, string text) =>
        (await Assert.ThrowsAsync<InputException>(() => fixture.ApplyAsync(text))).Problems;
}
