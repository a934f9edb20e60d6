using System.Globalization;
using System.Text;
using CsCheck;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

/// <summary>JSON as a tree, from which both the bytes of a reply and the calls it should lead to are made, each without the reader's help.</summary>
internal abstract record Node
{
    /// <summary>A number, true, false or null, as written.</summary>
    internal sealed record Literal(string Text) : Node;

    /// <summary>A text; may hold half a surrogate pair.</summary>
    internal sealed record Words(string Value) : Node;

    /// <summary>An array.</summary>
    internal sealed record Items(IReadOnlyList<Node> Values) : Node;

    /// <summary>An object.</summary>
    internal sealed record Properties(IReadOnlyList<(string Name, Node Value)> Values) : Node;
}

/// <summary>Replies of random nesting and content.</summary>
internal static class ReplyTrees
{
    /// <summary>Texts with what breaks readers: NUL, quotes, escapes, halves of surrogate pairs, other scripts, great length.</summary>
    private static readonly Gen<string> Text = Gen.Frequency(
        (6, Gen.String[Gen.Char.AlphaNumeric, 0, 12]),
        (3, Gen.String[Gen.OneOf('\0', '"', '\\', '/', '\u001f', '\ud83d', '\ude00', 'é', '日', 'n'), 0, 8]),
        (2, Gen.String[0, 20]),
        (1, Gen.Int[9_000, 10_000].Select(length => new string('x', length) + "😀")));

    private static readonly Gen<Node> Leaf = Gen.Frequency<Node>(
        (3, Text.Select(text => (Node)new Node.Words(text))),
        (3, Gen.OneOf("0", "-1", "216", "159.95999999999998", "1e-7", "123456789012345678901234567890", "true", "false", "null").Select(text => (Node)new Node.Literal(text))));

    public static readonly Gen<Node.Items> Table = Row(3).List[0, 4].Select(rows => new Node.Items(rows));

    private static Gen<Node> Row(int depth) => Gen.Select(Text, Value(depth)).List[0, 4].Select(cells => (Node)new Node.Properties(cells));

    private static Gen<Node> Value(int depth) => depth == 0
        ? Leaf
        : Gen.Frequency(
            (5, Leaf),
            (1, Value(depth - 1).List[0, 3].Select(values => (Node)new Node.Items(values))),
            (2, Row(depth - 1)));

    /// <summary>The tree as PHP might write it. Half a surrogate pair can only be written as an escape.</summary>
    public static string Json(Node node, bool escape) => node switch
    {
        Node.Literal literal => literal.Text,
        Node.Words words => Quoted(words.Value, escape),
        Node.Items items => $"[{string.Join(escape ? "," : " , ", items.Values.Select(value => Json(value, escape)))}]",
        Node.Properties properties => $"{{{string.Join(',', properties.Values.Select(p => $"{Quoted(p.Name, escape)}:{Json(p.Value, escape)}"))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static string Quoted(string text, bool escape)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
            {
                json.Append('\\').Append(c);
            }
            else if (c == '/' && escape)
            {
                json.Append("\\/");
            }
            else if (c < ' ' || char.IsSurrogate(c) || (escape && c > '~'))
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                json.Append(c);
            }
        }

        return json.Append('"').ToString();
    }

    /// <summary>The treatment of a nested value, decided by its path alone.</summary>
    public static NestedTreatment Treatment(string path) => (NestedTreatment)(path.Aggregate(0, (sum, c) => sum + c) % 4);
}

/// <summary>Writes the calls a tree should lead to in the words of <see cref="ReplyLog"/>.</summary>
internal sealed class ExpectedCalls
{
    private readonly StringBuilder _calls = new();

    public static string Of(Node.Items table)
    {
        var expected = new ExpectedCalls();
        expected._calls.Append("part ");
        foreach (var row in table.Values)
        {
            expected.Row((Node.Properties)row, 0, "");
        }

        return expected._calls.Append("endpart").ToString();
    }

    private void Row(Node.Properties row, int depth, string key)
    {
        _calls.Append(CultureInfo.InvariantCulture, $"row{depth}[{key}] ");
        Cells(row, depth, "");
        _calls.Append(CultureInfo.InvariantCulture, $"end{depth} ");
    }

    private void Cells(Node node, int depth, string prefix)
    {
        var values = node is Node.Properties properties
            ? properties.Values.Select(p => (Name: Sound(p.Name), p.Value))
            : ((Node.Items)node).Values.Select((value, i) => (Name: i.ToString(CultureInfo.InvariantCulture), Value: value));
        foreach (var (name, value) in values)
        {
            Cell(prefix + name, value, depth);
        }
    }

    private void Cell(string path, Node value, int depth)
    {
        var shown = path.Replace('\u001f', '/');
        switch (value)
        {
            case Node.Literal or Node.Words:
                _calls.Append(shown).Append('=').Append(Text(value)).Append(' ');
                break;
            case var _ when ReplyTrees.Treatment(shown) == NestedTreatment.Text:
                _calls.Append(shown).Append('=').Append(Compact(value)).Append(' ');
                break;
            case var _ when ReplyTrees.Treatment(shown) == NestedTreatment.Cells:
                Cells(value, depth, path + "/");
                break;
            case Node.Properties children when ReplyTrees.Treatment(shown) == NestedTreatment.Rows:
                foreach (var (name, child) in children.Values)
                {
                    Child(child, depth + 1, Sound(name));
                }

                break;
            case Node.Items children when ReplyTrees.Treatment(shown) == NestedTreatment.Rows:
                foreach (var child in children.Values)
                {
                    Child(child, depth + 1, "");
                }

                break;
        }
    }

    private void Child(Node child, int depth, string key)
    {
        if (child is Node.Properties row)
        {
            Row(row, depth, key);
            return;
        }

        var value = child is Node.Items ? Compact(child) : Text(child);
        _calls.Append(CultureInfo.InvariantCulture, $"row{depth}[{key}] value={value} end{depth} ");
    }

    private static string Text(Node leaf) => leaf is Node.Words words ? $"'{Sound(words.Value)}'" : ((Node.Literal)leaf).Text;

    /// <summary>Half a surrogate pair replaced, as any encoder of UTF-8 does.</summary>
    private static string Sound(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Compact(Node node) => node switch
    {
        Node.Literal literal => literal.Text,
        Node.Words words => Quoted(Sound(words.Value)),
        Node.Items items => $"[{string.Join(',', items.Values.Select(Compact))}]",
        Node.Properties properties => $"{{{string.Join(',', properties.Values.Select(p => $"{Quoted(Sound(p.Name))}:{Compact(p.Value)}"))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static string Quoted(string text) => "\"" + string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        _ => c.ToString(),
    })) + "\"";
}
