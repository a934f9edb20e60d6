using System.Globalization;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>One table an archive stores: how it is counted and how many rows of it are kept.</summary>
internal sealed record Record(string Name, Func<IReadOnlyList<Visit>, Table> Build, int Rows, int SubRows, int SortColumn = 1)
{
    public bool IsDimension => Name.StartsWith("Dimension.", StringComparison.Ordinal);
}

/// <summary>All tables of the sample, by name.</summary>
internal sealed class Records
{
    private readonly Dictionary<string, Record> _all = new(StringComparer.Ordinal);
    private readonly SampleMatomoOptions _options;

    public Records(SampleMatomoOptions options)
    {
        _options = options;
        AddPlaces();
        AddDevices();
        AddTimes();
        AddReferrers();
        AddCampaigns();
        AddActions();
        AddEvents();
        AddGoals();
        AddInterest();
    }

    public Record this[string name] => _all.TryGetValue(name, out var record) ? record : Dimension(name);

    /// <summary>The empty table of a dimension the site does not have.</summary>
    public const string NoDimension = "Dimension.none.0";

    public static string Dimension(CustomDimension dimension) => $"Dimension.{dimension.Scope}.{dimension.Id}";

    private void AddPlaces()
    {
        static string Tuple(Visit v) => v.Visitor.City.Key;
        Visits("Country", v => v.Visitor.City.Country, source: Tuple, goals: true);
        Visits("Continent", v => v.Visitor.City.Continent, source: Tuple, goals: true);
        Visits("Region", v => $"{v.Visitor.City.Region}|{v.Visitor.City.Country}", source: Tuple, goals: true);
        Visits("City", v => v.Visitor.City.Key, goals: true);
        Visits("Language", v => v.Visitor.Language[..2], source: v => v.Visitor.Language);
        Visits("LanguageCode", v => v.Visitor.Language);
        Visits("UserId", v => v.Visitor.UserId, rows: _options.UsersRows);
        Visits("Provider", v => v.Visitor.Provider);
    }

    private void AddDevices()
    {
        Visits("DeviceType", v => v.Visitor.Device.Type, goals: true);
        Visits("DeviceBrand", v => v.Visitor.Device.Brand, goals: true);
        Visits("DeviceModel", v => v.Visitor.Device.ModelKey, goals: true);
        Visits("OsFamily", v => v.Visitor.Device.OsFamily);
        Visits("OsVersion", v => v.Visitor.Device.OsVersionKey);
        Visits("Browser", v => v.Visitor.Device.BrowserCode, goals: true);
        Visits("BrowserVersion", v => v.Visitor.Device.BrowserVersionKey);
        Visits("Engine", v => v.Visitor.Device.Engine);
        Visits("Resolution", v => v.Visitor.Device.Resolution);
        Visits("Plugins", v => v.Visitor.Device.Plugins);
        Visits("Configuration", v => $"{v.Visitor.Device.OsName} / {v.Visitor.Device.BrowserName} / {v.Visitor.Device.Resolution}");
    }

    private void AddTimes()
    {
        Visits("ServerHour", v => v.LocalHour.ToString(CultureInfo.InvariantCulture), goals: true);
        Visits("LocalHour", v => v.VisitorHour.ToString(CultureInfo.InvariantCulture));
    }

    private void AddReferrers()
    {
        var (rows, sub) = (_options.ReferrersRows, _options.ReferrersSubRows);
        Visits("ReferrerType", v => ((int)v.Referrer.Channel).ToString(CultureInfo.InvariantCulture), goals: true, rows: rows);
        Visits("Keyword", v => v.Referrer.Channel == Channel.Search ? v.Referrer.Keyword : null, v => v.Referrer.Name, goals: true, rows: rows, sub: sub);
        Visits("SearchEngine", v => v.Referrer.Channel == Channel.Search ? v.Referrer.Name : null, v => v.Referrer.Keyword, goals: true, rows: rows, sub: sub);
        Visits("Website", v => v.Referrer.Channel == Channel.Website ? v.Referrer.Name : null, v => v.Referrer.Url, goals: true, rows: rows, sub: sub);
        Visits("Social", v => v.Referrer.Channel == Channel.Social ? v.Referrer.Name : null, v => v.Referrer.Url, goals: true, rows: rows, sub: sub);
        Visits("Campaign", v => v.Referrer.Campaign?.Name, v => v.Referrer.Campaign!.Keyword is { Length: > 0 } k ? k : null, goals: true, rows: rows, sub: sub, subGoals: true);
    }

    private void AddCampaigns()
    {
        var (rows, sub) = (_options.ReferrersRows, _options.ReferrersSubRows);
        static string Tuple(Visit v) => v.Referrer.Campaign!.ToString();
        void Campaign(string name, Func<Campaign, string> part, Func<Campaign, string>? below = null) =>
            Visits(name, v => NullIfEmpty(v.Referrer.Campaign is { } c ? part(c) : ""), below is null ? null : v => NullIfEmpty(below(v.Referrer.Campaign!)), Tuple, true, rows, sub, true);

        Campaign("CampaignName", c => c.Name, c => string.Join(" - ", new[] { c.Keyword, c.Content }.Where(p => p.Length > 0)));
        Campaign("CampaignKeyword", c => c.Keyword);
        Campaign("CampaignSource", c => c.Source);
        Campaign("CampaignMedium", c => c.Medium);
        Campaign("CampaignContent", c => c.Content);
        Campaign("CampaignGroup", c => c.Group);
        Campaign("CampaignPlacement", c => c.Placement);
        Campaign("CampaignId", c => c.Id);
        Campaign("CampaignSourceMedium", c => c.Source.Length > 0 && c.Medium.Length > 0 ? $"{c.Source} - {c.Medium}" : "", c => c.Name);
    }

    private void AddActions()
    {
        var (rows, sub) = (_options.ActionsRows, _options.ActionsSubRows);
        var hits = ActionTables.Columns["nb_hits"];
        Put("Pages", ActionTables.Pages, rows, sub, hits);
        Put("Titles", ActionTables.Titles, rows, sub, hits);
        Put("Downloads", v => ActionTables.Files(v, ActionKind.Download), rows, sub, hits);
        Put("Outlinks", v => ActionTables.Files(v, ActionKind.Outlink), rows, sub, hits);
        Put("Searches", v => ActionTables.Searches(v, false), _options.SiteSearchRows, 0, hits);
        Put("EmptySearches", v => ActionTables.Searches(v, true), _options.SiteSearchRows, 0, hits);
        Put("SearchCategories", SearchCategories, _options.SiteSearchRows, 0, 0);
    }

    private void AddEvents()
    {
        var (rows, sub) = (_options.EventsRows, _options.EventsSubRows);
        void Event(string name, Func<VisitAction, string> key, Func<VisitAction, string> below) => Put(name, v => EventTables.Event(v, key, below), rows, sub, 2);
        Event("Category.Action", a => a.Category, a => a.Action);
        Event("Category.Name", a => a.Category, a => a.Name);
        Event("Action.Name", a => a.Action, a => a.Name);
        Event("Action.Category", a => a.Action, a => a.Category);
        Event("Name.Action", a => a.Name, a => a.Action);
        Event("Name.Category", a => a.Name, a => a.Category);
        Put("ContentName", v => EventTables.Content(v, a => a.Name, a => a.Action), _options.StandardRows, _options.StandardRows, 2);
        Put("ContentPiece", v => EventTables.Content(v, a => a.Action, a => a.Name), _options.StandardRows, _options.StandardRows, 2);
    }

    private void AddGoals()
    {
        void Product(string name, Func<Product, IReadOnlyList<string>> keys, bool categories)
        {
            Put(name, v => ProductTables.Build(v, false, keys, categories), _options.ProductsRows, 0, 0);
            Put(name + ".abandoned", v => ProductTables.Build(v, true, keys, categories), _options.ProductsRows, 0, 0);
        }

        Product("ProductSku", p => [p.Sku], false);
        Product("ProductName", p => [p.Name], false);
        Product("ProductCategory", p => p.Categories, true);
    }

    private void AddInterest()
    {
        Visits("Duration", v => v.Duration.ToString(CultureInfo.InvariantCulture), rows: -1);
        Visits("Depth", v => v.ActionCount.ToString(CultureInfo.InvariantCulture), rows: -1);
        Visits("SinceLast", v => (v.IsNew ? -1 : v.DaysSinceLast).ToString(CultureInfo.InvariantCulture), rows: -1);
        Visits("VisitCount", v => v.VisitCount.ToString(CultureInfo.InvariantCulture), rows: -1);
    }

    private Record Dimension(string name)
    {
        var parts = name.Split('.');
        var id = int.Parse(parts[2], CultureInfo.InvariantCulture);
        if (name == NoDimension)
        {
            return new Record(name, _ => new Table(VisitTables.Columns), 0, 0);
        }

        return parts[1] == "visit"
            ? new Record(name, v => VisitTables.Build(v, x => id == 1 ? x.CustomerType : x.Membership, goals: true), _options.DimensionsRows, 0)
            : new Record(name, v => DimensionTables.Build(v, page => id == 3 ? page.Author : page.Type), _options.DimensionsRows, _options.DimensionsRows);
    }

    private void Visits(
        string name, Func<Visit, string?> key, Func<Visit, string?>? subKey = null, Func<Visit, string>? source = null, bool goals = false, int rows = 0, int sub = 0, bool subGoals = false) =>
        Put(name, v => VisitTables.Build(v, key, subKey, source, goals, subGoals), rows == 0 ? _options.StandardRows : rows, sub, 1);

    private void Put(string name, Func<IReadOnlyList<Visit>, Table> build, int rows, int sub, int sort) => _all[name] = new Record(name, build, rows, sub, sort);

    private static Table SearchCategories(IReadOnlyList<Visit> visits)
    {
        var table = new Table(SearchCategoryColumns);
        foreach (var visit in visits)
        {
            var seen = new HashSet<Row>();
            foreach (var search in visit.Actions.Where(a => a.Kind == ActionKind.Search && a.Category.Length > 0))
            {
                var row = table.Get(search.Category);
                row.Add(0, seen.Add(row) ? 1 : 0);
                row.Add(1, 1);
            }
        }

        return table;
    }

    private static readonly Columns SearchCategoryColumns = new(new("nb_visits"), new("nb_actions"));

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
