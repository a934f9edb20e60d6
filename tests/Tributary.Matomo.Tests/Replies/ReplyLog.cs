using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

/// <summary>Writes down what a reader calls, one short word a call: <c>part(,2026-10-14) row0[] label='x' end0 endpart</c>.</summary>
internal sealed class ReplyLog(Func<string, NestedTreatment>? nested = null) : ReplyHandler
{
    private readonly StringBuilder _calls = new();

    public List<(string? Date, MatomoException Error)> PartErrors { get; } = [];

    public override string ToString() => _calls.ToString().TrimEnd();

    public override void BeginPart(ReplyPart part) => Note(part == default ? "part" : $"part({part.Site},{part.Date})");

    public override void EndPart(ReplyPart part, MatomoException? error)
    {
        Note(error is null ? "endpart" : $"endpart!{error.Kind}");
        if (error is not null)
        {
            PartErrors.Add((part.Date, error));
        }
    }

    public override void BeginRow(int depth, ReadOnlySpan<byte> key) => Note(string.Create(CultureInfo.InvariantCulture, $"row{depth}[{Text(key)}]"));

    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => Note($"{Text(path).Replace('\u001f', '/')}={Value(value)}");

    public override bool TreatsPathsAlike => true;

    public override void EndRow(int depth) => Note(string.Create(CultureInfo.InvariantCulture, $"end{depth}"));

    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) =>
        nested?.Invoke(Text(path).Replace('\u001f', '/')) ?? NestedTreatment.Text;

    private static string Value(in ReplyValue value) => value.Kind switch
    {
        ReplyValueKind.Null => "null",
        ReplyValueKind.False => "false",
        ReplyValueKind.True => "true",
        ReplyValueKind.String => $"'{Text(value.Utf8)}'",
        _ when value.Whole is { } whole && whole != long.Parse(value.Utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) => $"{Text(value.Utf8)} taken for {whole}",
        _ => Text(value.Utf8),
    };

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private void Note(string call) => _calls.Append(call).Append(' ');
}
