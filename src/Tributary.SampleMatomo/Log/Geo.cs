namespace Tributary.SampleMatomo.Log;

internal sealed record City(string Country, string CountryName, string Continent, string Region, string RegionName, string Name, double Latitude, double Longitude, string Language, double UtcOffset)
{
    public string Key => $"{Name}|{Region}|{Country}";
}

internal static class Geo
{
    public static readonly City Nowhere = new("xx", "Unknown", "unk", "", "Unknown", "", double.NaN, double.NaN, "en-us", 0);

    public static readonly IReadOnlyList<City> Cities =
    [
        new("nz", "New Zealand", "oce", "AUK", "Auckland", "Auckland", -36.849, 174.763, "en-nz", 13),
        new("us", "United States", "amn", "NY", "New York", "New York", 40.713, -74.006, "en-us", -5),
        new("us", "United States", "amn", "CA", "California", "San Francisco", 37.775, -122.419, "en-us", -8),
        new("de", "Germany", "eur", "BE", "Berlin", "Berlin", 52.52, 13.405, "de-de", 1),
        new("gb", "United Kingdom", "eur", "ENG", "England", "London", 51.507, -0.128, "en-gb", 0),
        new("fr", "France", "eur", "IDF", "Île-de-France", "Paris", 48.857, 2.352, "fr-fr", 1),
        new("jp", "Japan", "asi", "13", "Tokyo", "Tokyo", 35.676, 139.65, "ja-jp", 9),
        new("nz", "New Zealand", "oce", "WGN", "Wellington", "Wellington", -41.287, 174.776, "en-nz", 13),
        new("au", "Australia", "oce", "NSW", "New South Wales", "Sydney", -33.869, 151.209, "en-au", 11),
        new("de", "Germany", "eur", "BY", "Bavaria", "Munich", 48.135, 11.582, "de-de", 1),
        new("ca", "Canada", "amn", "QC", "Quebec", "Montréal", 45.502, -73.567, "fr-ca", -5),
        new("br", "Brazil", "ams", "SP", "São Paulo", "São Paulo", -23.55, -46.633, "pt-br", -3),
        new("in", "India", "asi", "MH", "Maharashtra", "Mumbai", 19.076, 72.878, "en-in", 5.5),
        new("es", "Spain", "eur", "MD", "Madrid", "Madrid", 40.417, -3.704, "es-es", 1),
        new("it", "Italy", "eur", "62", "Lazio", "Rome", 41.903, 12.496, "it-it", 1),
        new("nl", "Netherlands", "eur", "NH", "North Holland", "Amsterdam", 52.367, 4.904, "nl-nl", 1),
        new("se", "Sweden", "eur", "AB", "Stockholm County", "Stockholm", 59.329, 18.069, "sv-se", 1),
        new("pl", "Poland", "eur", "14", "Mazovia", "Warsaw", 52.23, 21.012, "pl-pl", 1),
        new("ci", "Côte d'Ivoire", "afr", "AB", "Abidjan", "Abidjan", 5.36, -4.008, "fr-fr", 0),
        new("za", "South Africa", "afr", "WC", "Western Cape", "Cape Town", -33.925, 18.424, "en-za", 2),
        new("eg", "Egypt", "afr", "C", "Cairo Governorate", "Cairo", 30.044, 31.236, "ar-eg", 2),
        new("il", "Israel", "asi", "TA", "Tel Aviv", "Tel Aviv", 32.085, 34.782, "he-il", 2),
        new("tr", "Türkiye", "asi", "34", "Istanbul", "Istanbul", 41.008, 28.978, "tr-tr", 3),
        new("mx", "Mexico", "amn", "CMX", "Mexico City", "Mexico City", 19.433, -99.133, "es-mx", -6),
        new("sg", "Singapore", "asi", "01", "Central Singapore", "Singapore", 1.352, 103.82, "en-sg", 8),
        new("ar", "Argentina", "ams", "C", "Buenos Aires", "Buenos Aires", -34.604, -58.382, "es-ar", -3),
        new("kr", "South Korea", "asi", "11", "Seoul", "Seoul", 37.567, 126.978, "ko-kr", 9),
    ];

    public static readonly IReadOnlyDictionary<string, City> ByKey = Cities.Append(Nowhere).ToDictionary(c => c.Key, StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, string> Continents = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["eur"] = "Europe",
        ["amn"] = "North America",
        ["ams"] = "South America",
        ["asi"] = "Asia",
        ["oce"] = "Oceania",
        ["afr"] = "Africa",
        ["unk"] = "Unknown",
    };

    public static readonly IReadOnlyDictionary<string, string> Countries = Cities.Append(Nowhere)
        .DistinctBy(c => c.Country).ToDictionary(c => c.Country, c => c.CountryName, StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, string> Languages = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["en"] = "English",
        ["de"] = "German",
        ["fr"] = "French",
        ["ja"] = "Japanese",
        ["pt"] = "Portuguese",
        ["es"] = "Spanish",
        ["it"] = "Italian",
        ["nl"] = "Dutch",
        ["sv"] = "Swedish",
        ["pl"] = "Polish",
        ["ar"] = "Arabic",
        ["he"] = "Hebrew",
        ["tr"] = "Turkish",
        ["ko"] = "Korean",
    };
}
