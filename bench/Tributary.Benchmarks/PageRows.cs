using System.Globalization;
using System.Text;

namespace Tributary.Benchmarks;

/// <summary>A table of page rows as <c>Actions.getPageUrls</c> writes them, of any size, made while it is sent.</summary>
internal static class PageRows
{
    private const int BlockSize = 256 * 1024;

    /// <summary>Writes a JSON array of about so many bytes.</summary>
    public static async Task WriteAsync(Stream stream, long bytes, CancellationToken cancellationToken)
    {
        var block = Encoding.UTF8.GetBytes(Block());
        await stream.WriteAsync("["u8.ToArray(), cancellationToken);
        for (var left = bytes; left > 0; left -= block.Length)
        {
            await stream.WriteAsync(block, cancellationToken);
        }

        await stream.WriteAsync("{\"label\":\"last\",\"nb_visits\":1}]"u8.ToArray(), cancellationToken);
    }

    private static string Block()
    {
        var rows = new StringBuilder();
        for (var i = 0; rows.Length < BlockSize; i++)
        {
            rows.Append(CultureInfo.InvariantCulture, $$$"""
                {"label":"\/products\/caf\u00e9-{{{i}}}","nb_visits":{{{i * 7 % 900}}},"nb_hits":{{{i * 11 % 1900}}},"sum_time_spent":"{{{i * 13}}}","entry_nb_visits":{{{i % 300}}},"entry_bounce_count":{{{i % 90}}},"avg_time_on_page":{{{i % 240}}},"bounce_rate":0.{{{i % 90}}},"exit_rate":0.{{{i % 70}}},"min_time_server":null,"revenue":{{{i}}}.95,"goals":{"idgoal=1":{"nb_conversions":{{{i % 5}}},"revenue":{{{i % 50}}} }},"url":"https:\/\/shop.example.com\/products\/caf%C3%A9-{{{i}}}","segment":"pageUrl==https%253A%252F%252Fshop.example.com%252Fproducts%252F{{{i}}}"},
                """);
        }

        return rows.ToString();
    }
}
