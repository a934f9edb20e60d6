using System.Net.Http.Headers;
using System.Text;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

public sealed class AccessTests(Center center)
{
    private static readonly string[] Scopes = ["read", "run", "manage"];

    [Fact]
    public async Task Nothing_opens_without_a_key_or_a_sign_in_and_no_answer_leads_to_a_page()
    {
        using var nobody = center.Client((KeyScope?)null);
        foreach (var call in await ApiCall.ReadAsync(center))
        {
            var answer = await nobody.CallAsync(call.Method, call.With("x"), Body(call));
            answer.IsProblem(401, "web.no_sign_in");
            Assert.Contains("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
            Assert.Contains("Basic", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/api/v2/datasets")]
    [InlineData("/api/datasets")]
    public async Task An_address_that_a_program_may_try_is_answered_to_programs(string path)
    {
        using HttpClient nobody = center.Client((KeyScope?)null), reader = center.Client(KeyScope.Read);

        var refused = await nobody.AskAsync(path);
        var answer = await reader.AskAsync(path);

        if (path == "/openapi/v1.json")
        {
            answer.Is(200);
        }
        else
        {
            answer.IsProblem(404, "web.no_such_address");
        }

        refused.IsProblem(401, "web.no_sign_in");
    }

    [Fact]
    public async Task A_wrong_key_opens_nothing()
    {
        foreach (var header in new AuthenticationHeaderValue[] { new("Bearer", "trb_nothing"), new("Bearer", ""), new("Basic", "bm90aGluZw=="), new("Basic", "%%%"), new("Bearer", center.Keys[KeyScope.Read][..^1]) })
        {
            using var client = center.Client(header);
            (await client.AskAsync("/api/v1/datasets")).IsProblem(401, "web.no_sign_in");
        }
    }

    [Theory]
    [InlineData(KeyScope.Read)]
    [InlineData(KeyScope.Run)]
    [InlineData(KeyScope.Manage)]
    public async Task A_key_does_what_its_scope_says_and_nothing_beyond(KeyScope scope)
    {
        using var client = center.Client(scope);
        foreach (var call in await ApiCall.ReadAsync(center))
        {
            var allowed = call.Scope is { } needed && Array.IndexOf(Scopes, needed) <= (int)scope;
            if (!allowed)
            {
                (await client.CallAsync(call.Method, call.With("x"), Body(call))).IsProblem(403, "web.not_allowed");
            }
            else if (call.Method == HttpMethod.Get && !call.Path.Contains('{', StringComparison.Ordinal) && call.Path != "/api/v1/query")
            {
                (await client.AskAsync(call.Path)).Is(200);
            }
        }
    }

    [Fact]
    public async Task A_viewer_reads_and_changes_nothing()
    {
        using var viewer = await center.BrowserOfAsync("vic");
        foreach (var call in await ApiCall.ReadAsync(center))
        {
            var answer = await viewer.CallAsync(call.Method, call.With("x"), Body(call));
            if (call.Scope == "read")
            {
                Assert.NotEqual(403, answer.Status);
            }
            else
            {
                answer.IsProblem(403, "web.not_allowed");
            }
        }
    }

    [Theory]
    [InlineData("/new")]
    [InlineData("/starter")]
    [InlineData("/accounts/new")]
    public async Task What_only_managers_do_tells_a_viewer_so_and_not_to_sign_in(string page)
    {
        using var viewer = await center.BrowserOfAsync("vic");
        using var manager = await center.BrowserOfAsync("ann");
        using var nobody = center.Browser();

        Assert.StartsWith("/managers-only?", new Uri((await viewer.AskAsync(page)).Is(302).Headers["Location"]).PathAndQuery, StringComparison.Ordinal);
        (await viewer.AskAsync("/managers-only")).Is(200);
        (await manager.AskAsync(page)).Is(200);
        Assert.StartsWith("/sign-in?", new Uri((await nobody.AskAsync(page)).Is(302).Headers["Location"]).PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        using var client = center.Client(KeyScope.Manage);
        foreach (var call in (await ApiCall.ReadAsync(center)).Where(c => c.Path.Contains('{', StringComparison.Ordinal) && c.Scope is not null))
        {
            var answer = await client.CallAsync(call.Method, call.With("no such thing"), Body(call));
            Assert.True(answer.Status == 404, $"{call}: {answer.Status} {answer.Text}");
            answer.IsProblem(404, "input.invalid");
        }

        (await client.AskAsync("/api/v1/nothing")).IsProblem(404, "web.no_such_address");
        (await client.CallAsync(HttpMethod.Delete, "/api/v1/datasets", null)).IsProblem(405, "web.no_such_method");
    }

    [Fact]
    public async Task A_key_is_taken_as_the_password_of_basic_authentication()
    {
        using var client = center.Client(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"excel:{center.Keys[KeyScope.Read]}"))));

        Assert.NotEmpty((await client.AskAsync("/api/v1/datasets")).Is(200).Json.EnumerateArray());
    }

    [Fact]
    public async Task A_key_opens_no_page()
    {
        using var client = center.Client(KeyScope.Manage);

        var answer = (await client.AskAsync("/")).Is(302);

        Assert.StartsWith("/sign-in", new Uri(center.Address, answer.Headers["Location"]).AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_lives_until_it_is_revoked_and_only_its_hash_is_kept()
    {
        var (key, secret) = await center.Workspace.Access.AddKeyAsync("short-lived", KeyScope.Read, "ann", null, TestContext.Current.CancellationToken);
        using var client = center.Client(new AuthenticationHeaderValue("Bearer", secret));
        (await client.AskAsync("/api/v1/settings")).Is(200);

        using var browser = await center.BrowserOfAsync("ann");
        var listed = (await browser.AskAsync("/api/v1/keys")).Is(200);
        Assert.DoesNotContain(secret, listed.Text, StringComparison.Ordinal);
        Assert.Contains(listed.Json.EnumerateArray(), k => k.GetProperty("name").GetString() == "short-lived" && secret.StartsWith(k.GetProperty("start").GetString()!, StringComparison.Ordinal) && k.GetProperty("last_used_at").GetString() is not null);
        foreach (var file in Directory.EnumerateFiles(center.Folder, "tributary.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(secret[10..], await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        var token = (await browser.AskAsync("/api/v1/antiforgery")).Is(200).Json;
        (await browser.CallAsync(HttpMethod.Delete, $"/api/v1/keys/{key.Id}", null, (token.GetProperty("header").GetString()!, token.GetProperty("token").GetString()!))).Is(204);
        (await client.AskAsync("/api/v1/settings")).IsProblem(401, "web.no_sign_in");
    }

    [Fact]
    public async Task A_change_with_a_cookie_must_carry_what_only_our_pages_know()
    {
        using var browser = await center.BrowserOfAsync("ann");

        (await browser.CallAsync(HttpMethod.Patch, "/api/v1/settings", new { })).IsProblem(400, "web.no_antiforgery_token");
        (await browser.CallAsync(HttpMethod.Patch, "/api/v1/settings", new { }, ("RequestVerificationToken", "made up"))).IsProblem(400, "web.no_antiforgery_token");
        var token = (await browser.AskAsync("/api/v1/antiforgery")).Is(200).Json;
        (await browser.CallAsync(HttpMethod.Patch, "/api/v1/settings", new { }, (token.GetProperty("header").GetString()!, token.GetProperty("token").GetString()!))).Is(200);
    }

    private static object? Body(ApiCall call) => call.Operation.TryGetProperty("requestBody", out _) ? new { } : null;
}
