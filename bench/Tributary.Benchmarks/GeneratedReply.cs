using System.Globalization;
using System.Text;

namespace Tributary.Benchmarks;

/// <summary>An <c>Actions.getPageUrls</c> reply of any length, written without being held: the same thousand rows over and over.</summary>
internal sealed class GeneratedReply
{
    private const int RowsInBlock = 1000;

    private readonly byte[] _first = Encoding.UTF8.GetBytes("[" + Row(0));
    private readonly byte[] _block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, RowsInBlock).Select(i => "," + Row(i))));
    private readonly long _blocks;

    public GeneratedReply(long atLeastBytes)
    {
        _blocks = (atLeastBytes / _block.Length) + 1;
    }

    public long Rows => (_blocks * RowsInBlock) + 1;

    public long Bytes => _first.Length + (_blocks * _block.Length) + 1;

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_first, cancellationToken);
        for (var block = 0L; block < _blocks; block++)
        {
            await stream.WriteAsync(_block, cancellationToken);
        }

        await stream.WriteAsync("]"u8.ToArray(), cancellationToken);
    }

    // Columns, escapes and nesting as Matomo 5.2 writes them; labels of many lengths, as PHP escapes them.
    private static string Row(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"label":"\/products\/{{{new string('x', i % 200)}}}\u65e5\u672c-{{{i}}}","nb_visits":{{{i}}},"nb_hits":{{{i * 3}}},"sum_time_spent":"{{{i * 17}}}","entry_nb_visits":null,"bounce_rate":0.{{{i % 100:00}}},"avg_page_load_time":{{{i / 1000.0}}},"goals":{"idgoal=1":{"nb_conversions":{{{i % 7}}},"revenue":{{{i * 0.37}}}},"idgoal=ecommerceOrder":{"nb_conversions":1,"revenue":39.98,"items":{{{i % 5}}}}},"url":"https:\/\/shop.example.com\/products\/{{{i}}}","segment":"pageUrl==https%253A%252F%252Fshop.example.com%252Fproducts%252F{{{i}}}","is_summary":false}""");
}
