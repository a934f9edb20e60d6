using Tributary.Model;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>A workspace to look into: five days of two countries, 19 to 25 visits.</summary>
public sealed class FilledWorkspace : IAsyncLifetime
{
    private WorkspaceFixture _fixture = null!;

    public static DetailsInput Days { get; } = new() { Report = "UserCountry.getCountry", StartDaysBack = "6", EndDaysBack = "1" };

    public Workspace Workspace => _fixture.Workspace;

    public async ValueTask InitializeAsync()
    {
        _fixture = await WorkspaceFixture.CreateAsync();
        foreach (var day in new[] { 19, 21, 22, 23, 24 })
        {
            _fixture.Matomo.Visits[$"2026-11-{day}"] = day;
        }

        await _fixture.AddAsync("Countries", Days);
        Assert.Null((await _fixture.RunAsync("Countries")).Error);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
