using System.Text.Json;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Shaping;

/// <summary>Personal fields where a recorded reply of Matomo 5.2 has them: of a visitor's profile, of the visits in it, of the visitors beside it.</summary>
public sealed class PersonalFieldsTests
{
    private static readonly string[] Personal = ["visitIp", "visitorId", "userId", "fingerprint", "nextVisitorId", "previousVisitorId"];

    [Theory]
    [InlineData(null)]
    [InlineData("lastVisits")]
    public async Task Nothing_personal_of_a_profile_is_stored_as_it_came(string? flatten)
    {
        var recording = Recordings.Get("5.2/Live/getVisitorProfile.1");
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method == "Live.getVisitorProfile" ? ScriptedReply.Of(recording) : null;
        await fixture.AddAsync("Profile", new DetailsInput { Report = "Live.getVisitorProfile", Flatten = flatten });

        var result = await fixture.RunAsync("Profile");

        Assert.True(result.Rows > 0);
        var cells = (await fixture.QueryAsync("SELECT * FROM profile")).SelectMany(r => r).OfType<string>().ToList();
        var secrets = Secrets(recording.Body);
        Assert.True(secrets.Count > 5);
        Assert.All(secrets, s => Assert.DoesNotContain(cells, c => c.Contains(s, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_most_recent_visitor_is_hashed()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method == "Live.getMostRecentVisitorId" ? ScriptedReply.Json("""{"value":"c8e55d1b3274d6ec"}""") : null;
        await fixture.AddAsync("Latest", new DetailsInput { Report = "Live.getMostRecentVisitorId" });

        await fixture.RunAsync("Latest");

        var cells = Assert.Single(await fixture.QueryAsync("SELECT * FROM latest")).OfType<string>().ToList();
        Assert.DoesNotContain("c8e55d1b3274d6ec", cells);
        Assert.Contains(cells, c => c.Length == 32);
    }

    private static IReadOnlyList<string> Secrets(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var found = new HashSet<string>(StringComparer.Ordinal);
        Walk(json.RootElement);
        return [.. found];

        void Walk(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        Walk(item);
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                    {
                        if (Personal.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 4 } secret)
                        {
                            found.Add(secret);
                        }

                        Walk(member.Value);
                    }

                    break;
                default:
                    break;
            }
        }
    }
}
