using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.Tests.EveryReport;

/// <summary>A sample Matomo at a fixed moment, with limits so low that every table has an Others row.</summary>
public sealed class EveryReportFixture : IAsyncLifetime
{
    private readonly StoppedClock _clock = new();
    private SampleMatomo.SampleMatomo? _sample;
    private PlainServer? _plain;

    internal PlainServer Plain => _plain!;

    internal IReadOnlyList<PlainSite> Sites { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(
            new SampleMatomoOptions
            {
                Clock = _clock,
                SecureOnlyToken = CanaryToken.Value,
                Days = 46,
                VisitsPerDay = 12,
                Sites = 4,
                ActionsRows = 15,
                ActionsSubRows = 8,
                SiteSearchRows = 6,
                ReferrersRows = 8,
                ReferrersSubRows = 3,
                EventsRows = 3,
                EventsSubRows = 3,
                DimensionsRows = 3,
                ProductsRows = 10,
                StandardRows = 5,
            },
            CancellationToken.None);
        _plain = new PlainServer(_sample.Address, CanaryToken.Value);
        Sites = await _plain.SitesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _plain?.Dispose();
        if (_sample is not null)
        {
            await _sample.DisposeAsync();
        }
    }

    /// <summary>A workspace with the account Sample. DuckDB opens a file the slower the more tables are in it, so each report has its own.</summary>
    internal async Task<ReportWorkspace> OpenAsync()
    {
        var folder = new TemporaryFolder();
        var workspace = await Workspace.OpenAsync(folder.File("workspace"), _clock, TestContext.Current.CancellationToken);
        await workspace.AddAccountAsync(new NewAccount { Name = "Sample", Url = _sample!.Address.ToString(), Token = new AccessToken(CanaryToken.Value) }, TestContext.Current.CancellationToken);
        return new ReportWorkspace(folder, workspace);
    }

    /// <summary>A clock that stands: visits of today must not come in while two readings are compared.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2027, 1, 12, 9, 0, 0, TimeSpan.Zero);
    }
}
