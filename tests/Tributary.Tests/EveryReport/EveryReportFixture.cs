using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.Tests.EveryReport;

/// <summary>A sample Matomo at a fixed moment, with limits so low that every table has an Others row.</summary>
public sealed class EveryReportFixture : IAsyncLifetime
{
    private readonly StoppedClock _clock = new(new DateTimeOffset(2027, 1, 12, 9, 0, 0, TimeSpan.Zero));
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

    /// <summary>A workspace of one reading.</summary>
    internal Task<ReportWorkspace> OpenAsync() => ReportWorkspace.OpenAsync(_sample!, _clock);
}
