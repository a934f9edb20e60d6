using System.Globalization;
using Tributary.DataCenter.SignIn;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Connector;

/// <summary>A page people viewed.</summary>
/// <param name="Site">The site it is of.</param>
/// <param name="Text">Its URL or title.</param>
/// <param name="Views">How often in the last seven days.</param>
internal sealed record ViewedPage(MatomoSite Site, string Text, long Views)
{
    // A person waits for each site's answer, and a longer list is searched, not read.
    private const int MostSites = 8;
    private const int MostPages = 60;

    /// <summary>The pages of some sites, the most viewed first.</summary>
    /// <exception cref="TributaryException">The account cannot be read.</exception>
    public static async Task<IReadOnlyList<ViewedPage>> ListAsync(Managing managing, string account, IReadOnlyList<MatomoSite> sites, bool titles, CancellationToken cancellationToken)
    {
        var (report, column) = titles ? ("Actions.getPageTitles", "label") : ("Actions.getPageUrls", "url");
        List<ViewedPage> pages = [];
        foreach (var site in sites.Take(MostSites))
        {
            var details = new DetailsInput
            {
                Report = report,
                Sites = site.Id.ToString(CultureInfo.InvariantCulture),
                StartDaysBack = "7",
                EndDaysBack = "1",
                By = "none",
                Columns = $"{column}, nb_hits",
            };
            var preview = await managing.DoAsync(w => w.PreviewAsync(account, details, MostPages, cancellationToken));
            var (text, views) = (IndexOf(preview, column), IndexOf(preview, "nb_hits"));
            var others = IndexOf(preview, "is_others");
            pages.AddRange(preview.Rows
                .Where(r => text >= 0 && r[text] is string { Length: > 0 } && !(others >= 0 && r[others] is true))
                .Select(r => new ViewedPage(site, ((string)r[text]!).Trim(), views >= 0 && r[views] is long count ? count : 0)));
        }

        return [.. pages.OrderByDescending(p => p.Views).Take(MostPages)];
    }

    private static int IndexOf(PreviewResult preview, string column) => preview.Columns.Select((c, i) => (c.Name, i)).Where(c => c.Name == column).Select(c => c.i).DefaultIfEmpty(-1).First();
}
