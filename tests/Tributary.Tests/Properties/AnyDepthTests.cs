using System.Globalization;
using CsCheck;
using Tributary.Model;
using Tributary.Shaping;
using Tributary.Tests.Shaping;

namespace Tributary.Tests.Properties;

/// <summary>Made-up trees of rows: each leaf is a row once, with the labels above it, and nothing is counted twice.</summary>
public sealed class AnyDepthTests
{
    private sealed record Node(string Label, long Visits, IReadOnlyList<Node> Children);

    private static readonly Gen<string> Label = Spellings.Text.Where(t => t.Trim() == t && t.Length > 0);

    [Fact]
    public async Task Each_leaf_of_a_tree_is_one_row() =>
        await Tree(4).Array[0, 4].SampleAsync(
            async trees =>
            {
                var read = await ReplyRows.ReadAsync("Referrers.getReferrerType", Hierarchy.Leaves, $"[{string.Join(',', trees.Select(Json))}]");
                var rows = ShapedTable.Of(read.Columns, read.Batches).Rows;
                var leaves = trees.SelectMany(t => Leaves(t, [])).ToList();
                Assert.Equal(leaves.Select(l => (string.Join(" - ", l.Labels), l.Visits)), rows.Select(r => ((string)r["label"].Value, (long)r["nb_visits"].Value)));
                Assert.Equal(leaves.Select(l => l.Labels[0]), rows.Select(r => (string)r["referrer_type"].Value));
            },
            iter: 500);

    private static Gen<Node> Tree(int depth) => Gen.Select(Label, Gen.Long[0, 1_000_000], depth == 0 ? Gen.Const(new List<Node>()) : Gen.Frequency((2, Gen.Const(new List<Node>())), (1, Tree(depth - 1).List[1, 3])))
        .Select((label, visits, children) => new Node(Spellings.Sound(label), visits, children));

    private static string Json(Node node) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"label\":{Spellings.Quoted(node.Label, escape: true)},\"nb_visits\":{node.Visits},\"idsubdatatable\":7{(node.Children.Count == 0 ? "" : $",\"subtable\":[{string.Join(',', node.Children.Select(Json))}]")}}}");

    private static IEnumerable<(List<string> Labels, long Visits)> Leaves(Node node, List<string> above)
    {
        List<string> labels = [.. above, node.Label];
        return node.Children.Count == 0 ? [(labels, node.Visits)] : node.Children.SelectMany(c => Leaves(c, labels));
    }
}
