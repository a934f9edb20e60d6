using Tributary.Accounts;
using Tributary.Matomo;

namespace Tributary.DataCenter.Forms;

internal sealed record AccountForm(string Name, string Url, string? MatomoVersion, string State, string? Reason, int Datasets, string? LastUsedAt)
{
    public required ConnectionForm Connection { get; init; }

    public LearnedForm? Learned { get; init; }

    public static AccountForm Of(Account account) => new(
        account.Name, account.Url, account.MatomoVersion, account.State, account.Reason, account.DataSets,
        account.LastUsedAt is { } at ? FormText.Instant(at) : null)
    {
        Connection = new ConnectionForm(
            account.Settings.RequestsPerMinute, account.Settings.ParallelRequests, account.Settings.Language, account.Settings.UserAgent,
            account.HeaderNames, account.HasBasicCredentials, account.Proxy, account.Settings.CaFile),
        Learned = account.Learned is { } learned ? new LearnedForm(learned.ParallelRequests, learned.RequestsPerMinute, FormText.Instant(learned.At)) : null,
    };
}

/// <summary>How an account is asked; of secrets only that they are there.</summary>
internal sealed record ConnectionForm(
    int? RequestsPerMinute, int Parallel, string Language, string? UserAgent, IReadOnlyList<string> Headers, bool Basic, string? Proxy, string? CaFile);

/// <summary>Limits the server taught by refusing requests.</summary>
internal sealed record LearnedForm(int Parallel, int? RequestsPerMinute, string At);

internal sealed record RenamedAccountForm(string Renamed, AccountForm Account);

internal sealed record MovedDataSetsForm(string To, IReadOnlyList<string> Datasets);

internal sealed record AccountTestForm(AccountForm Account, IReadOnlyList<StepForm> Steps, IReadOnlyList<SiteForm> Sites)
{
    public IReadOnlyList<string> Consequences { get; init; } = [];

    public static AccountTestForm Of(AccountTest test) => new(
        AccountForm.Of(test.Account), [.. test.Steps.Select(StepForm.Of)], [.. test.Sites.Select(SiteForm.Of)])
    { Consequences = test.Consequences };
}

internal sealed record StepForm(string Name, string State, string Message)
{
    public static StepForm Of(ConnectionStep step) => new(step.Name.ToLowerInvariant().Replace(' ', '_'), FormText.Snake(step.Result), step.Sentence);
}

internal sealed record SiteForm(int SiteId, string Name, string TimeZone, string Currency)
{
    public static SiteForm Of(MatomoSite site) => new(site.Id, site.Name, site.TimeZone, site.Currency);
}

internal sealed record RemovedAccountForm(string Removed, IReadOnlyList<string> StoppedDatasets);
