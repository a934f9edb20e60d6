using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Output.Forms;

internal sealed record FindingForm(string Name, bool Ok, string Message)
{
    public static FindingForm Of(Finding finding) => new(finding.Name, finding.Ok, finding.Message);
}

internal sealed record SampleForm(string Url, SampleTokensForm Tokens, IReadOnlyList<SampleSiteForm> Sites);

internal sealed record SampleTokensForm(string Super, string View, string SecureOnly);

internal sealed record SampleSiteForm(int SiteId, string Name, string TimeZone, string Currency);

internal sealed record DemoForm(IReadOnlyList<DemoDataSetForm> Datasets);

internal sealed record DemoDataSetForm(string Name, string Group, string Report, string Status, long Rows, int Partitions, int Requests, double Seconds);

internal sealed record BackupForm(string Folder, long Bytes, bool WithKeys);

/// <param name="Secret">What opens; in no other answer.</param>
internal sealed record NewKeyForm(KeyForm Key, string Secret);

/// <summary>A key that opens nothing from now on.</summary>
internal sealed record RevokedKeyForm(string Revoked);
