using System.Globalization;

namespace Tributary.SampleMatomo.Log;

/// <summary>The pages a site has. Few are seen by many, most by hardly anyone; the tail grows with the traffic.</summary>
internal sealed class PageCatalog
{
    private static readonly string[] Kinds = ["boots", "cameras", "camping", "hats", "jackets", "lighting", "phones", "routers", "shirts", "shoes", "tools", "garden"];
    private static readonly string[] Lines = ["new", "sale", "eco", "kids", "men", "women", "premium", "outlet"];
    private static readonly string[] Words =
    [
        "bottle", "case", "phone", "stove", "jacket", "green", "lamp", "summer", "tent", "table", "rope", "chair", "desk", "winter", "socks",
        "lens", "cable", "charger", "tripod", "router", "small", "large", "blue", "red",
    ];

    private static readonly string[] Authors = ["Grace", "Ana Souza", "José, Ñ", "山田", "O'Neil"];

    private PageCatalog(Page home, IReadOnlyList<Page> popular, IReadOnlyList<Page> tail, IReadOnlyList<Product> products)
    {
        Home = home;
        Popular = popular;
        Tail = tail;
        Products = products;
    }

    public Page Home { get; }

    public IReadOnlyList<Page> Popular { get; }

    public IReadOnlyList<Page> Tail { get; }

    public IReadOnlyList<Product> Products { get; }

    public static string Word(int i) => Words[i % Words.Length];

    public static int WordCount => Words.Length;

    public Page? ByPath(string path) => Popular.FirstOrDefault(p => p.Url.EndsWith(path, StringComparison.Ordinal));

    public static PageCatalog Make(SiteProfile site, int visitsPerDay) => site.Kind switch
    {
        SiteKind.Shop => Shop(site, visitsPerDay),
        SiteKind.Blog => Blog(site, visitsPerDay),
        SiteKind.Docs => Docs(site),
        _ => Landing(site, visitsPerDay),
    };

    private static PageCatalog Shop(SiteProfile site, int visitsPerDay)
    {
        var home = Plain(site, "/", "Shop – Home");
        List<Page> popular =
        [
            home, Plain(site, "/about/contact", "about > contact"), Plain(site, "/help/faq", "help > faq"), Plain(site, "/help/returns", "help > returns"),
            Plain(site, "/help/shipping/nz", "help > shipping > nz"), Plain(site, "/help/shipping/world", "help > shipping > world"),
            Plain(site, "/account/login", "account > login"), Plain(site, "/cart", "Cart"), Plain(site, "/checkout/pay", "Checkout"), Plain(site, "/checkout/thanks", "Thank you"),
        ];
        List<Page> tail = [];
        List<Product> products = [];
        for (var n = 0; n < 15; n++)
        {
            foreach (var (kind, k) in Kinds.Select((k, i) => (k, i)))
            {
                foreach (var (line, l) in Lines.Select((l, i) => (l, i)))
                {
                    var word = Word(n + (k * 5) + (l * 7));
                    var number = (((k * Lines.Length) + l) * 15) + n;
                    var name = $"{char.ToUpperInvariant(line[0])}{line[1..]} {kind.TrimEnd('s')} {word} {n:00}";
                    var product = new Product($"SKU-{number:0000}", name, [kind, line], 10 + (number * 37 % 3900 / 10m));
                    products.Add(product);
                    tail.Add(new Page($"{site.Url}/catalog/{kind}/{line}/item-{n:00}-{word}", $"{name} | {line} | {kind} | Shop", Author(number), "detail", product));
                }
            }
        }

        foreach (var (kind, k) in Kinds.Select((k, i) => (k, i)))
        {
            popular.AddRange(Lines.Select((line, l) => new Page(
                $"{site.Url}/catalog/{kind}/{line}/", $"{char.ToUpperInvariant(line[0])}{line[1..]} {kind} | Shop", Author(k + l), "list", null, [kind, line])));
        }

        var campaigns = Math.Max(1000, visitsPerDay);
        tail.AddRange(Enumerable.Range(0, Math.Max(300, visitsPerDay)).Select(i => Plain(site, $"/sale/deal-{i:000}", $"Deal {i}")));
        List<Page> landing = [.. Enumerable.Range(0, campaigns).Select(i => Plain(site, $"/lp-{i:000}", $"Landing page {i}"))];
        return new PageCatalog(home, popular, [.. Interleave(landing, tail)], products);
    }

    private static PageCatalog Blog(SiteProfile site, int visitsPerDay)
    {
        var home = Plain(site, "/", "The blog");
        List<Page> posts = [.. Enumerable.Range(0, Math.Max(140, visitsPerDay / 4)).Select(i => Plain(
            site,
            string.Create(CultureInfo.InvariantCulture, $"/{2019 + (i % 8)}/{1 + (i % 12):00}/{(i % 4 == 0 ? "long-" : "")}{Word(i * 3)}-{Word((i * 5) + 1)}-{i}"),
            $"{char.ToUpperInvariant(Word(i * 3)[0])}{Word(i * 3)[1..]} and {Word((i * 5) + 1)}: part {i}"))];
        return new PageCatalog(home, [home, Plain(site, "/about", "About"), Plain(site, "/subscribe", "Subscribe & read"), .. posts.Take(6)], posts, []);
    }

    private static PageCatalog Docs(SiteProfile site)
    {
        var home = Plain(site, "/", "Docs");
        Page[] odd =
        [
            Plain(site, "/guide/入門", "入門ガイド — 日本語"), Plain(site, "/guide/入門/インストール", "インストール 🚀🔥"), Plain(site, "/guide/\"quoted\"/page", "He said \"hello\", then left"),
            Plain(site, "/guide/it's/page", "It's a page"), Plain(site, "/guide/a b/c/d", "Spaces and / slashes"), Plain(site, "/q?id=1&x=a,b&name=O'Neil", "Query; with, signs & more"),
            Plain(site, "/ar/دليل/البدء", "دليل البدء"), Plain(site, "/he/מדריך", "מדריך למשתמש"), Plain(site, "/back\\slash", "Back\\slash"), Plain(site, "/%41/plus+sign", "100% +plus+"),
            Plain(site, "/Others", "Others"), Plain(site, "/emoji-🚀/", "🚀"), Plain(site, "/fr/été", "L’été < hiver > printemps"), Plain(site, "/notitle", ""),
            Plain(site, "/deep/a/b/c/d/e/f/g/h", "Deep"), Plain(site, "/CASE", "Case"), Plain(site, "/case", "case"), Plain(site, "/formula", "=1+1"), Plain(site, "/guide/Others", "Others"),
            Plain(site, "/guide/c%20d/e%2Ff", "Encoded"), Plain(site, "/guide/x,y?z/1,000", "Slash in the query"), Plain(site, "/a//b///c", "Double slashes"),
            Plain(site, "/ leading/page", "Leading blank"), Plain(site, "/deep/a/b/c/d/e/f/g/h/i/j/k/l/m", "Deeper"),
        ];
        return new PageCatalog(home, [home, .. odd.Take(6)], odd, []);
    }

    private static PageCatalog Landing(SiteProfile site, int visitsPerDay)
    {
        var home = Plain(site, "/", "Bienvenue");
        List<Page> tail = [.. Enumerable.Range(0, Math.Max(80, visitsPerDay / 8)).Select(i => Plain(site, $"/offre/{Word(i)}/{i}", $"Offre {i} : {Word(i)}"))];
        return new PageCatalog(home, [home, Plain(site, "/merci", "Merci"), Plain(site, "/contact", "Contact")], tail, []);
    }

    private static Page Plain(SiteProfile site, string path, string title) => new(site.Url + path, title, Author(path.Length), path.Length > 12 ? "article" : "plain");

    private static string Author(int n) => Authors[n % Authors.Length];

    private static IEnumerable<Page> Interleave(List<Page> a, List<Page> b)
    {
        for (var i = 0; i < Math.Max(a.Count, b.Count); i++)
        {
            if (i < a.Count)
            {
                yield return a[i];
            }

            if (i < b.Count)
            {
                yield return b[i];
            }
        }
    }
}
