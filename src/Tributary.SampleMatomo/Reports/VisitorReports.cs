using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Who the visitors are: places, devices, languages, users.</summary>
internal static class VisitorReports
{
    public static IEnumerable<Report> All() =>
    [
        Table("UserCountry.getCountry", "Country", new("UserCountry_Country", (r, q) => Country(r.Key, q), (o, r, _) => o
            .Add("code", r.Key).Add("logo", Flag(r.Key)).Add("segment", $"countryCode=={r.Key}").Add("logoHeight", 16))),
        Table("UserCountry.getContinent", "Continent", new("UserCountry_Continent", (r, q) => r.Key == "unk" ? q.Words.Unknown : Geo.Continents[r.Key], (o, r, _) => o.Add("code", r.Key))),
        Table("UserCountry.getRegion", "Region", new("UserCountry_Region", RegionLabel, Region)),
        Table("UserCountry.getCity", "City", new("UserCountry_City", CityLabel, City)),
        new ScalarReport("UserCountry.getNumberOfDistinctCountries", q => q.Table("Country").Rows.Count),
        Device("DevicesDetection.getType", "DeviceType", new("DevicesDetection_DeviceType", (r, q) => r.Key.Length == 0 ? q.Words.Unknown : Log.Device.TypeNames[r.Key], (o, r, _) =>
        {
            if (r.Key.Length > 0)
            {
                o.Add("segment", $"deviceType=={Php.UrlEncode(r.Key)}");
            }

            o.Add("logo", $"plugins/Morpheus/icons/dist/devices/{(r.Key.Length == 0 ? "unknown" : r.Key.Replace(' ', '_'))}.png");
        }), AllTypes),
        Device("DevicesDetection.getBrand", "DeviceBrand", new("DevicesDetection_DeviceBrand", OrUnknown, (o, r, q) => o
            .Add("logo", $"plugins/Morpheus/icons/dist/brand/{(r.Key.Length == 0 ? "unk" : r.Key)}.png").Add("segment", $"deviceBrand=={Php.UrlEncode(OrUnknown(r, q))}"))),
        Device("DevicesDetection.getModel", "DeviceModel", new("DevicesDetection_DeviceModel", Model, (o, r, q) =>
            o.Add("segment", $"deviceBrand=={Php.UrlEncode(r.Key.Split(';')[0] is { Length: > 0 } b ? b : q.Words.Unknown)};deviceModel=={Php.UrlEncode(r.Key.Split(';')[1])}"))),
        Device("DevicesDetection.getOsFamilies", "OsFamily", new("DevicesDetection_Os", OrUnknown, (o, r, _) =>
            o.Add("logo", $"plugins/Morpheus/icons/dist/os/{Log.Device.All.First(d => d.OsFamily == r.Key).OsCode}.png"))),
        Device("DevicesDetection.getOsVersions", "OsVersion", new("DevicesDetection_OsVersion", (r, q) => Versioned(r, q, d => d.OsVersionKey == r.Key, d => d.OsName, d => d.OsVersion), (o, r, _) => o
            .Add("segment", $"operatingSystemCode=={r.Key.Split(';')[0]};operatingSystemVersion=={r.Key.Split(';')[1]}").Add("logo", $"plugins/Morpheus/icons/dist/os/{r.Key.Split(';')[0]}.png"))),
        Device("DevicesDetection.getBrowsers", "Browser", new("DevicesDetection_BrowserName", (r, q) => Named(Log.Device.All.First(d => d.BrowserCode == r.Key).BrowserName, q), (o, r, _) => o
            .Add("logo", $"plugins/Morpheus/icons/dist/browsers/{r.Key}.png").Add("segment", $"browserCode=={r.Key}"))),
        Device("DevicesDetection.getBrowserVersions", "BrowserVersion", new("DevicesDetection_BrowserVersion", (r, q) => Versioned(r, q, d => d.BrowserVersionKey == r.Key, d => d.BrowserName, d => d.BrowserVersion), (o, r, _) => o
            .Add("segment", $"browserCode=={r.Key.Split(';')[0]};browserVersion=={r.Key.Split(';')[1]}").Add("logo", $"plugins/Morpheus/icons/dist/browsers/{r.Key.Split(';')[0]}.png"))),
        Device("DevicesDetection.getBrowserEngines", "Engine", new("DevicesDetection_BrowserEngine", (r, q) => r.Key.Length == 0 ? q.Words.Unknown : Log.Device.Engines[r.Key], (o, r, _) =>
            o.Add("segment", $"browserEngine=={r.Key}"))),
        Device("Resolution.getResolution", "Resolution", new("Resolution_Resolution", OrUnknown, (o, r, _) => o.Add("segment", $"resolution=={r.Key}"))),
        Device("Resolution.getConfiguration", "Configuration", new("Resolution_Configuration", OrUnknown)),
        Table("UserLanguage.getLanguage", "Language", new("UserLanguage_Language", (r, _) => Geo.Languages[r.Key], (o, r, _) => o.Add("segment", $"languageCode=={r.Key}"))),
        Table("UserLanguage.getLanguageCode", "LanguageCode", new("UserLanguage_Language", (r, _) => $"Language code {r.Key}", (o, r, _) => o.Add("segment", $"languageCode=={r.Key}"))),
        new FreeReport("DevicePlugins.getPlugin", Plugins)
        {
            Refuse = (sites, all, dates) =>
            {
                if (dates && (all || sites > 1))
                {
                    throw ApiException.Php("Call to undefined method Piwik\\DataTable\\Map::getRowFromLabel()");
                }
            },
        },
        new TableReport("UserId.getUsers", _ => "UserId", new Level("UserId_UserId", (r, _) => r.Key, (o, r, _) => o
            .Add("idvisitor", (Rng.Mix([.. r.Key.Select(c => (ulong)c)]) & 0xFFFFFFFFFFFFFFFF).ToString("x16", CultureInfo.InvariantCulture)).Add("segment", $"userId=={Php.UrlEncode(r.Key)}")))
        {
            Metrics = Metrics.Visits(Text.Always), FlatWorks = false,
        },
    ];

    private static object Plugins(Query q)
    {
        var counts = q.Table("Plugins");
        var all = counts.Rows.Sum(r => r.Values[1]);
        string[] known = ["cookie", "flash", "java", "pdf", "quicktime", "realplayer", "silverlight", "windowsmedia"];
        return all == 0 ? [] : known.Select(name => (Name: name, Visits: counts.Rows.Where(r => r.Key.Contains(name, StringComparison.Ordinal)).Sum(r => r.Values[1])))
            .OrderByDescending(p => p.Visits).Select(p =>
            {
                var o = new Obj().Add("label", char.ToUpperInvariant(p.Name[0]) + p.Name[1..]).Add("nb_visits", q.IsDay ? Metrics.Number(p.Visits) : p.Visits).Add("nb_visits_percentage", q.Percent(p.Visits, all, 2));
                return (q.Flat ? o.Add("DevicePlugins_Plugin", p.Name) : o).Add("logo", $"plugins/Morpheus/icons/dist/plugins/{p.Name}.png");
            }).ToList();
    }

    private static TableReport Table(string method, string record, Level level) => new(method, _ => record, level) { Metrics = Metrics.Visits(Text.OfOneSource) };

    private static TableReport Device(string method, string record, Level level, Func<Archives.Table, Query, IEnumerable<Row>>? rows = null) => new(method, _ => record, level)
    {
        Metrics = Metrics.Visits(Text.Always),
        Rows = rows ?? ((table, _) => table.All),
    };

    /// <summary>The device types are a fixed set; those nobody used count zero and nothing else.</summary>
    private static IEnumerable<Row> AllTypes(Archives.Table table, Query q) => table.Count == 0 ? [] : table.All.Concat(Log.Device.Types.Where(t => table.Find(t) is null).Select(t =>
    {
        var row = new Row(t, table.Columns.All.Count);
        row.Values[1] = 0;
        return row;
    }));

    private static string Country(string code, Query q) => code == "xx" ? q.Words.Unknown : Geo.Countries[code];

    private static string Flag(string code) => $"plugins/Morpheus/icons/dist/flags/{code}.png";

    private static City OfRegion(Row r) => Geo.ByKey.Values.First(c => $"{c.Region}|{c.Country}" == r.Key);

    private static string RegionLabel(Row r, Query q) => OfRegion(r) is var c && c.Country == "xx" ? q.Words.Unknown : $"{c.RegionName}, {c.CountryName}";

    private static void Region(Obj o, Row r, Query q)
    {
        var c = OfRegion(r);
        var known = c.Country != "xx";
        if (known)
        {
            o.Add("segment", $"regionCode=={c.Region};countryCode=={c.Country}");
        }

        o.Add("region", known ? c.Region : "xx").Add("country", c.Country).Add("country_name", Country(c.Country, q)).Add("region_name", known ? c.RegionName : q.Words.Unknown).Add("logo", Flag(c.Country));
    }

    private static string CityLabel(Row r, Query q) => Geo.ByKey[r.Key] is var c && c.Country == "xx" ? q.Words.Unknown : $"{c.Name}, {c.RegionName}, {c.CountryName}";

    private static void City(Obj o, Row r, Query q)
    {
        var c = Geo.ByKey[r.Key];
        var known = c.Country != "xx";
        if (known)
        {
            o.Add("lat", c.Latitude).Add("long", c.Longitude).Add("segment", $"city=={Php.UrlEncode(c.Name)};regionCode=={c.Region};countryCode=={c.Country}");
        }

        o.Add("city_name", known ? c.Name : q.Words.Unknown);
        if (!known)
        {
            o.Add("city", "xx");
        }

        o.Add("region", known ? c.Region : "xx").Add("country", c.Country).Add("country_name", Country(c.Country, q)).Add("region_name", known ? c.RegionName : q.Words.Unknown).Add("logo", Flag(c.Country));
    }

    private static string OrUnknown(Row r, Query q) => Named(r.Key, q);

    private static string Named(string name, Query q) => name is "" or "Unknown" or "unknown" ? q.Words.Unknown : name;

    private static string Model(Row r, Query q)
    {
        var parts = r.Key.Split(';');
        return parts[1].Length == 0 ? q.Words.Unknown : parts[1] == "Generic Desktop" || parts[0].Length == 0 ? parts[1] : $"{parts[0]} - {parts[1]}";
    }

    private static string Versioned(Row r, Query q, Predicate<Device> match, Func<Device, string> name, Func<Device, string> version)
    {
        var device = Log.Device.All.First(d => match(d));
        return $"{Named(name(device), q)} {version(device)}".Trim();
    }
}
