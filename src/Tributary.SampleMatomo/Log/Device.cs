namespace Tributary.SampleMatomo.Log;

/// <summary>What a visitor browses with; a combination that exists, so that reports over its parts agree.</summary>
internal sealed record Device(
    string Type, string Brand, string Model, string OsCode, string OsName, string OsVersion, string OsFamily,
    string BrowserCode, string BrowserName, string BrowserVersion, string Engine, string Resolution, string Plugins)
{
    public static readonly IReadOnlyList<string> Types =
    [
        "desktop", "smartphone", "tablet", "feature phone", "console", "tv", "car browser", "smart display", "camera",
        "portable media player", "phablet", "smart speaker", "wearable", "peripheral", "",
    ];

    public static readonly IReadOnlyDictionary<string, string> TypeNames = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["desktop"] = "Desktop",
        ["smartphone"] = "Smartphone",
        ["tablet"] = "Tablet",
        ["feature phone"] = "Feature phone",
        ["console"] = "Console",
        ["tv"] = "TV",
        ["car browser"] = "Car browser",
        ["smart display"] = "Smart display",
        ["camera"] = "Camera",
        ["portable media player"] = "Portable media player",
        ["phablet"] = "Phablet",
        ["smart speaker"] = "Smart speaker",
        ["wearable"] = "Wearable",
        ["peripheral"] = "Peripheral",
        [""] = "Unknown",
    };

    public static readonly IReadOnlyDictionary<string, string> Engines = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Blink"] = "Blink (Chrome, Opera)",
        ["WebKit"] = "WebKit (Safari)",
        ["Gecko"] = "Gecko (Firefox)",
        ["Trident"] = "Trident (IE)",
        [""] = "Unknown",
    };

    public static readonly IReadOnlyList<Device> All =
    [
        new("desktop", "", "Generic Desktop", "WIN", "Windows", "10", "Windows", "CH", "Chrome", "129.0", "Blink", "1920x1080", "cookie, pdf"),
        new("smartphone", "Apple", "iPhone", "IOS", "iOS", "17.6", "iOS", "MF", "Mobile Safari", "17.6", "WebKit", "390x844", "cookie"),
        new("smartphone", "Samsung", "Galaxy S23", "AND", "Android", "14", "Android", "CM", "Chrome Mobile", "129.0", "Blink", "360x780", "cookie"),
        new("desktop", "Apple", "Generic Desktop", "MAC", "Mac", "10.15", "Mac", "SF", "Safari", "17.5", "WebKit", "2560x1440", "cookie, pdf"),
        new("desktop", "", "Generic Desktop", "WIN", "Windows", "11", "Windows", "PS", "Microsoft Edge", "128.0", "Blink", "1920x1200", "cookie, pdf"),
        new("desktop", "", "Generic Desktop", "LIN", "GNU/Linux", "", "GNU/Linux", "FF", "Firefox", "130.0", "Gecko", "1920x1080", "cookie, pdf"),
        new("tablet", "Apple", "iPad", "IPA", "iPadOS", "17.5", "iOS", "MF", "Mobile Safari", "17.5", "WebKit", "820x1180", "cookie"),
        new("smartphone", "Google", "Pixel 8", "AND", "Android", "14", "Android", "CM", "Chrome Mobile", "128.0", "Blink", "412x915", "cookie"),
        new("desktop", "Apple", "Generic Desktop", "MAC", "Mac", "10.15", "Mac", "CH", "Chrome", "129.0", "Blink", "2560x1440", "cookie, pdf, silverlight"),
        new("desktop", "", "Generic Desktop", "WIN", "Windows", "10", "Windows", "FF", "Firefox", "130.0", "Gecko", "1366x768", "cookie, pdf, java"),
        new("tablet", "Samsung", "Galaxy Tab S8", "AND", "Android", "13", "Android", "SB", "Samsung Browser", "25.0", "Blink", "800x1280", "cookie"),
        new("phablet", "Xiaomi", "Redmi Note 12", "AND", "Android", "13", "Android", "CM", "Chrome Mobile", "127.0", "Blink", "393x873", "cookie"),
        new("desktop", "", "Generic Desktop", "WIN", "Windows", "7", "Windows", "IE", "Internet Explorer", "11.0", "Trident", "1280x1024", "cookie, flash, java"),
        new("tv", "LG", "Smart TV", "TIZ", "webOS", "6", "Other Smart TV", "CH", "Chrome", "94.0", "Blink", "1920x1080", "cookie"),
        new("console", "Sony", "PlayStation 5", "PS3", "PlayStation", "5", "Gaming Console", "NF", "NetFront", "", "", "1920x1080", ""),
        new("", "", "", "UNK", "Unknown", "", "Unknown", "UNK", "Unknown", "", "", "unknown", ""),
    ];

    public string OsVersionKey => $"{OsCode};{OsVersion}";

    public string BrowserVersionKey => $"{BrowserCode};{BrowserVersion}";

    /// <summary>The stored label of a model; Matomo joins brand and model.</summary>
    public string ModelKey => $"{Brand};{Model}";
}
