using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tributary.Files;

/// <summary>YAML → <see cref="FileNode"/>. All values are text, so that <c>07:00</c> is a time and <c>2026-01-31</c> a date whatever a reader of YAML takes them for.</summary>
internal sealed class YamlReader
{
    // The form has four levels; what is far deeper is not this form.
    private const int DeepestLevel = 32;

    private readonly IParser _parser;
    private readonly Dictionary<string, FileNode> _anchors = new(StringComparer.Ordinal);

    private YamlReader(string text) => _parser = new Parser(new StringReader(text.TrimStart('\uFEFF')));

    /// <summary>The root of the file; null, with the problem told, when it is no YAML.</summary>
    public static FileNode? Read(string text, FileProblems problems)
    {
        try
        {
            return new YamlReader(text).ReadDocument();
        }
        catch (YamlException error)
        {
            if (TabIn(text) is { } line)
            {
                // YamlDotNet tells a line near it.
                problems.Add(line, "", "This is no YAML: a tab stands before the text of this line. YAML takes spaces there.");
                return null;
            }

            problems.Add(error.Start.Line, "", $"This is no YAML: {error.InnerException?.Message ?? error.Message} (column {error.Start.Column}).");
            return null;
        }
    }

    /// <summary>The first line that begins with white space in which there is a tab; null when none does.</summary>
    private static long? TabIn(string text)
    {
        var line = 0L;
        foreach (var written in text.AsSpan().EnumerateLines())
        {
            line++;
            if (written[..^written.TrimStart().Length].Contains('\t') && !written.IsWhiteSpace())
            {
                return line;
            }
        }

        return null;
    }

    private FileNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return new ValueNode(1, "", IsQuoted: false);
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<StreamEnd>(out var end)
            ? root
            : throw new SemanticErrorException(_parser.Current!.Start, _parser.Current.End, "a second document begins here. Write everything into one, without a line of ---");
    }

    private FileNode ReadNode(int level)
    {
        var current = _parser.Current!;
        if (level > DeepestLevel)
        {
            throw new SemanticErrorException(current.Start, current.End, "this is nested too deeply");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.GetValueOrDefault(alias.Value.Value)
                ?? throw new SemanticErrorException(alias.Start, alias.End, $"there is no &{alias.Value} above");
        }

        var anchor = ((NodeEvent)current).Anchor;
        FileNode node = current switch
        {
            Scalar => ReadValue(),
            SequenceStart => ReadList(level),
            _ => ReadFields(level),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = node;
        }

        return node;
    }

    private ValueNode ReadValue()
    {
        var scalar = _parser.Consume<Scalar>();
        return new ValueNode(scalar.Start.Line, scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private ListNode ReadList(int level)
    {
        var line = _parser.Consume<SequenceStart>().Start.Line;
        var items = new List<FileNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(level + 1));
        }

        return new ListNode(line, items);
    }

    private FieldsNode ReadFields(int level)
    {
        var line = _parser.Consume<MappingStart>().Start.Line;
        var fields = new List<(string, long, FileNode)>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var name))
            {
                throw new SemanticErrorException(_parser.Current!.Start, _parser.Current.End, "the name of a field is a word");
            }

            fields.Add((name.Value, name.Start.Line, ReadNode(level + 1)));
        }

        return new FieldsNode(line, fields);
    }
}
