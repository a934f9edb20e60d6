using CsCheck;
using Tributary.Files;

namespace Tributary.Tests.Files;

public class YamlTextTests
{
    private static readonly string[] Odd = ["", " ", "07:00", "1", "1.5", "no", "NULL", "~", "a: b", "a #b", "2026-01-31", "- a", "\u2028", "\u0085", "😀", "true", "=", "<<", "0x1F", "1_000", "trailing ", "a\r\nb"];

    [Fact]
    public void Any_text_is_read_back_as_it_was_alone_in_a_list_and_in_a_map() => Gen.Frequency(
            (3, Gen.String),
            (1, Gen.String[Gen.Char[" :#-[]{},&*!|>'\"%@`\\\n\t0aé日"]]),
            (1, Gen.Int[0, Odd.Length - 1].Select(i => Odd[i])))
        .Where(IsText)
        .Sample(text =>
        {
            var problems = new FileProblems();
            var yaml = $"x: {YamlText.Of(text)}\ny: {YamlText.Of([YamlText.Of(text), YamlText.Of(text)])}\nz: {YamlText.Of([KeyValuePair.Create(text, text)])}\n";
            var root = Assert.IsType<FieldsNode>(YamlReader.Read(yaml, problems));
            Assert.Equal(text, Assert.IsType<ValueNode>(root.Fields[0].Value).Text);
            Assert.Equal([text, text], Assert.IsType<ListNode>(root.Fields[1].Value).Items.Cast<ValueNode>().Select(v => v.Text));
            var (name, _, value) = Assert.Single(Assert.IsType<FieldsNode>(root.Fields[2].Value).Fields);
            Assert.Equal([text, text], new[] { name, ((ValueNode)value).Text });
        }, iter: 2000);

    // Half a surrogate pair is no text and cannot be written as UTF-8.
    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
