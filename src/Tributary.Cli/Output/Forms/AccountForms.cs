using Tributary.Matomo;

namespace Tributary.Cli.Output.Forms;

internal sealed record AccountForm(string Name, string Url, string? MatomoVersion, string State, string? Reason, int Datasets, string? LastUsedAt)
{
    public static AccountForm Of(Account account) => new(
        account.Name, account.Url, account.MatomoVersion, account.State, account.Reason, account.DataSets,
        account.LastUsedAt is { } at ? Words.Instant(at) : null);
}

internal sealed record AccountTestForm(AccountForm Account, IReadOnlyList<StepForm> Steps, IReadOnlyList<SiteForm> Sites)
{
    public static AccountTestForm Of(AccountTest test) => new(
        AccountForm.Of(test.Account), [.. test.Steps.Select(StepForm.Of)], [.. test.Sites.Select(SiteForm.Of)]);
}

internal sealed record StepForm(string Name, string State, string Message)
{
    public static StepForm Of(ConnectionStep step) => new(step.Name.ToLowerInvariant().Replace(' ', '_'), Words.Snake(step.Result), step.Sentence);
}

internal sealed record SiteForm(int SiteId, string Name, string TimeZone, string Currency)
{
    public static SiteForm Of(MatomoSite site) => new(site.Id, site.Name, site.TimeZone, site.Currency);
}

internal sealed record RemovedAccountForm(string Removed, IReadOnlyList<string> StoppedDatasets);
