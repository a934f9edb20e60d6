using System.Net;
using System.Net.Http.Json;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

/// <summary>Queries that would take more than their share.</summary>
public sealed class QueryTests(Center center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_reads_an_answer_slowly_keeps_nobody_waiting()
    {
        await center.AddPagesAsync("Written meanwhile");
        using var client = center.Client(KeyScope.Read);

        // More than the buffers of both ends hold: it stands still where nobody reads on.
        using var answer = await client.GetAsync(new Uri("/api/v1/query?format=csv&sql=SELECT%20repeat('x',1000)%20AS%20t%20FROM%20range(60000)", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        var run = await center.Workspace.RunAsync(new RunRequest { Names = ["Written meanwhile"], Full = true }, null, Stop);

        Assert.Null(Assert.Single(run).Error);
        Assert.Equal(60_000 * 1001L + 2, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_value_too_large_to_be_shown_is_refused()
    {
        using var client = center.Client(KeyScope.Read);

        (await client.AskAsync("/api/v1/query?sql=SELECT%20repeat('x',20000000)%20AS%20t")).IsProblem(422, "query.too_large");
        (await client.AskAsync("/api/v1/query?sql=SELECT%20repeat('x',1000000)%20AS%20t")).Is(200);
    }

    [Fact]
    public async Task A_statement_too_long_for_an_address_is_posted_by_programs_and_by_the_forms_of_pages()
    {
        var sql = $"SELECT count(*) AS n FROM pages WHERE label NOT IN ({string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"'{i}'"))})";
        using var client = center.Client(KeyScope.Read);
        using var program = await client.PostAsJsonAsync(new Uri("/api/v1/query", UriKind.Relative), new { sql, format = "csv" }, Stop);
        using var person = await center.BrowserOfAsync("vic");
        var token = (await person.AskAsync("/api/v1/antiforgery")).Is(200).Json.GetProperty("token").GetString()!;
        using var fields = new FormUrlEncodedContent([KeyValuePair.Create("sql", sql), KeyValuePair.Create("format", "json"), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var form = await person.PostAsync(new Uri("/api/v1/query", UriKind.Relative), fields, Stop);
        using var unasked = await person.PostAsync(new Uri("/api/v1/query", UriKind.Relative), new FormUrlEncodedContent([KeyValuePair.Create("sql", "SELECT 1")]), Stop);

        Assert.StartsWith("n\n", await program.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.True(form.IsSuccessStatusCode, await form.Content.ReadAsStringAsync(Stop));
        Assert.Equal("attachment", form.Content.Headers.ContentDisposition?.DispositionType);
        Assert.StartsWith("[{\"n\":", await form.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, unasked.StatusCode);
    }

    [Fact]
    public async Task An_address_of_many_thousand_characters_is_taken()
    {
        using var client = center.Client(KeyScope.Read);

        (await client.AskAsync($"/api/v1/query?sql={Uri.EscapeDataString("SELECT '" + new string(' ', 7_000) + "' AS t")}")).Is(200);
    }

    [Fact]
    public async Task Two_queries_of_people_run_at_a_time_and_the_next_waits_for_its_turn()
    {
        var first = await center.Workspace.QueryAsync("SELECT 1", QueryLimits.Screen, Stop);
        var second = await center.Workspace.QueryAsync("SELECT 2", QueryLimits.Screen, Stop);
        var third = center.Workspace.QueryAsync("SELECT 3", QueryLimits.Screen, Stop);
        await using var own = await center.Workspace.QueryAsync("SELECT 4", QueryLimits.None, Stop);
        Assert.False(third.IsCompleted);

        await first.DisposeAsync();
        await first.DisposeAsync();
        await using var last = await third;
        var fourth = center.Workspace.QueryAsync("SELECT 5", QueryLimits.Screen, Stop);
        Assert.False(fourth.IsCompleted);

        await second.DisposeAsync();
        await (await fourth).DisposeAsync();
    }
}
