using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.Browser.Tests;

/// <summary>The DataSets of the workspace: some run, one with warnings, one that failed, one that never ran, one of a hostile Matomo.</summary>
internal static class SampleDataSets
{
    /// <summary>Cut off by Matomo's limit, so that its run warns.</summary>
    public const string Pages = "Pages per day";

    public const string Visits = "Visits";

    public const string Countries = "Countries";

    /// <summary>Its report always fails.</summary>
    public const string Failed = "Keywords";

    public const string NeverRun = "Never run";

    /// <summary>A list without dates.</summary>
    public const string Goals = "Goals";

    /// <summary>Of a Matomo whose every text is meant to do harm.</summary>
    public const string Harm = "Harm";

    /// <summary>Of the same Matomo, which refuses it in words meant to do harm.</summary>
    public const string HarmRefused = "Harm refused";

    public const string Account = "Company Matomo";

    /// <summary>A small server whose pages are cut off, and whose keywords a firewall guards.</summary>
    public static SampleMatomoOptions Options { get; } = new()
    {
        Days = 40,
        VisitsPerDay = 30,
        Sites = 3,
        ActionsRows = 12,
        Faults = [new SampleFault { Kind = SampleFaultKind.HtmlFirewall, Method = "Referrers.getKeywords" }],
    };

    public static async Task FillAsync(Workspace workspace, SampleMatomo.SampleMatomo sample, HostileMatomo hostile)
    {
        await workspace.Accounts.AddAsync(new NewAccount { Name = Account, Url = sample.Address.ToString(), Token = new AccessToken(sample.Tokens.SecureOnly) }, CancellationToken.None);
        await workspace.Accounts.AddAsync(new NewAccount { Name = "Hostile", Url = hostile.Address.ToString(), Token = new AccessToken(CanaryToken.Value) }, CancellationToken.None);
        await AddAsync(workspace, Pages, "Actions.getPageUrls", 30, new DataSetSettings { Description = "Every page of every site, each morning.", Tags = ["web", "core"] }, new ScheduleInput { DailyAt = "06:00" });
        await AddAsync(workspace, Visits, "VisitsSummary.get", 35);
        await AddAsync(workspace, Countries, "UserCountry.getCountry", 10);
        await AddAsync(workspace, Failed, "Referrers.getKeywords", 5);
        await AddAsync(workspace, NeverRun, "Referrers.getWebsites", 5);
        await AddAsync(workspace, Goals, "Goals.getGoals", null);
        await AddAsync(workspace, Harm, "UserCountry.getCountry", 3, account: "Hostile");
        await AddAsync(workspace, HarmRefused, "Referrers.getKeywords", 3, account: "Hostile");
        await workspace.RunAsync(new RunRequest { Names = [Pages, Visits, Countries, Failed, Goals, Harm, HarmRefused] }, null, CancellationToken.None);
    }

    /// <summary>Adds a DataSet of the last days; without days for a list that has no dates.</summary>
    public static Task<DataSet> AddAsync(Workspace workspace, string name, string report, int? days, DataSetSettings? settings = null, ScheduleInput? schedule = null, string account = Account) => workspace.AddDataSetAsync(
        new NewDataSet
        {
            Name = name,
            Account = account,
            Details = days is { } last ? new DetailsInput { Report = report, StartDaysBack = last.ToString(System.Globalization.CultureInfo.InvariantCulture), EndDaysBack = "1" } : new DetailsInput { Report = report },
            Settings = settings ?? new DataSetSettings(),
            Schedule = schedule ?? new ScheduleInput(),
        },
        CancellationToken.None);
}
