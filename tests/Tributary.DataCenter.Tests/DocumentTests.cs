using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

/// <summary>
/// The document of the API is approved: a change of it is a change for every program. To approve one:
/// <c>TRIBUTARY_APPROVE=1 dotnet run --project tests/Tributary.DataCenter.Tests -- -class Tributary.DataCenter.Tests.DocumentTests</c>, then read what git shows as changed.
/// </summary>
public sealed class DocumentTests(Center center)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        using var client = center.Client(KeyScope.Read);
        var answer = (await client.AskAsync("/openapi/v1.json")).Is(200);
        var text = JsonSerializer.Serialize(answer.Json, Indented) + "\n";

        var approved = ApprovedFile();
        if (Environment.GetEnvironmentVariable("TRIBUTARY_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(approved, text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(approved, TestContext.Current.CancellationToken), text);
    }

    [Fact]
    public async Task Every_call_has_a_name_a_summary_and_a_security_requirement()
    {
        foreach (var call in await ApiCall.ReadAsync(center))
        {
            Assert.True(call.Operation.TryGetProperty("operationId", out _), call.ToString());
            Assert.True(call.Operation.TryGetProperty("summary", out _), call.ToString());
            Assert.True(call.Operation.GetProperty("responses").TryGetProperty("default", out _), call.ToString());
        }
    }

    internal static string ApprovedFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Approved", "openapi.json");
}

/// <summary>A call that the document lists.</summary>
internal sealed record ApiCall(HttpMethod Method, string Path, JsonElement Operation)
{
    /// <summary>What the document says that it needs: read, run or manage; null for a person.</summary>
    public string? Scope => Operation.GetProperty("description").GetString()!.Split("Scope: ") is [_, var scope] ? scope.TrimEnd('.') : null;

    /// <summary>The address with something in each of its holes.</summary>
    public string With(string value) => System.Text.RegularExpressions.Regex.Replace(Path, @"\{[a-z]+\}", value, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    public override string ToString() => $"{Method} {Path}";

    public static async Task<IReadOnlyList<ApiCall>> ReadAsync(Center center)
    {
        using var client = center.Client(KeyScope.Read);
        var document = (await client.AskAsync("/openapi/v1.json")).Is(200).Json;
        return
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => new ApiCall(HttpMethod.Parse(o.Name), p.Name, o.Value))),
        ];
    }
}
