using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.Tests.Sums;

/// <summary>A workspace with an account on a sample Matomo of three sites, read by every report whose sums are compared.</summary>
public sealed class SampleSums : IAsyncLifetime
{
    /// <summary>Two sites, a day and the week it is in.</summary>
    private const string Sites = "1,2";
    private const string Day = "2026-11-18";

    private static readonly (string Table, DetailsInput Details)[] Tables =
    [
        ("visits", new() { Report = "VisitsSummary.get" }),
        ("countries", new() { Report = "UserCountry.getCountry" }),
        ("devices", new() { Report = "DevicesDetection.getType" }),
        ("hours", new() { Report = "VisitTime.getVisitInformationPerServerTime" }),
        ("frequency", new() { Report = "VisitFrequency.get" }),
        ("by_category", new() { Report = "Events.getCategory" }),
        ("by_action", new() { Report = "Events.getAction", Levels = "top" }),
        ("goal_one", new() { Report = "Goals.get", Goal = "1" }),
        ("goal_two", new() { Report = "Goals.get", Goal = "2" }),
        ("referrers", new() { Report = "Referrers.getAll" }),
        ("channels", new() { Report = "Referrers.get" }),
        ("log", new() { Report = "Live.getLastVisitsDetails" }),
    ];

    private static readonly (string Table, DetailsInput Details)[] ShopTables =
    [
        ("orders", new() { Report = "Goals.get", Goal = "order" }),
        ("products", new() { Report = "Goals.getItemsName" }),
        ("categories", new() { Report = "Goals.getItemsCategory" }),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private SampleMatomo.SampleMatomo _sample = null!;
    private Workspace _workspace = null!;

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = 20, VisitsPerDay = 60, Sites = 3, NamelessEvents = 0.3, Clock = _clock }, CancellationToken.None);
        _workspace = await Workspace.OpenAsync(_folder.File("workspace"), _clock, CancellationToken.None);
        await _workspace.Accounts.AddAsync(new NewAccount { Name = "Sample", Url = _sample.Address.ToString(), Token = new AccessToken(_sample.Tokens.SecureOnly) }, CancellationToken.None);
        foreach (var period in new[] { "day", "week" })
        {
            foreach (var (table, details) in Tables)
            {
                await AddAsync($"{table}_{period}", details with { Sites = Sites, Period = period, Date = Day });
            }

            foreach (var (table, details) in ShopTables)
            {
                await AddAsync($"{table}_{period}", details with { Sites = "1", Period = period, Date = Day });
            }
        }

        var runs = await _workspace.RunAsync(new RunRequest { All = true }, null, CancellationToken.None);
        Assert.All(runs, r => Assert.True(r.Error is null, $"{r.DataSet}: {r.Error}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _workspace.DisposeAsync();
        await _sample.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>An expression added up over the rows of each site: by site, in order.</summary>
    public async Task<IReadOnlyList<(long Site, decimal Sum)>> SumAsync(string table, string expression)
    {
        List<(long, decimal)> sums = [];
        await using var result = await _workspace.QueryAsync($"SELECT site_id, CAST(sum({expression}) AS DECIMAL(18,4)) FROM {table} GROUP BY site_id ORDER BY site_id", TestContext.Current.CancellationToken);
        await foreach (var row in result.Rows)
        {
            sums.Add(((long)row[0]!, Convert.ToDecimal(row[1], CultureInfo.InvariantCulture)));
        }

        return sums;
    }

    private Task<DataSet> AddAsync(string name, DetailsInput details) => _workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = "Sample", Details = details }, CancellationToken.None);
}
