using Tributary.Model;

namespace Tributary.Tests.Rules;

public class NameRulesTests
{
    [Theory]
    [InlineData("Seiten/Tag 100 %")]
    [InlineData("  ページ  ")]
    [InlineData("O'Brien's \"best\" <b>pages</b>")]
    public void A_line_of_text_is_a_name_and_is_kept_without_the_blanks_around_it(string name) =>
        Assert.Equal(name.Trim(), NameRules.Read(name, "NAME", "A DataSet"));

    [Theory]
    [InlineData(null, "A DataSet needs a name.")]
    [InlineData(" \t", "A DataSet needs a name.")]
    [InlineData("two\nlines", "line break")]
    [InlineData("red \u001b[31m", "cannot be seen")]
    [InlineData("..", "dots alone")]
    public void What_no_list_address_or_file_could_hold_is_refused(string? name, string expected)
    {
        var refused = Assert.Throws<InputException>(() => NameRules.Read(name, "NAME", "A DataSet"));

        Assert.Equal("NAME", refused.Problems[0].Field);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_more_than_200_characters_is_refused_with_both_numbers()
    {
        Assert.Null(NameRules.Problem(new string('x', 200), "A DataSet"));
        Assert.Equal("The name has 201 characters. Write at most 200.", NameRules.Problem(new string('x', 201), "A DataSet"));
    }

    [Fact]
    public void What_a_server_calls_something_becomes_a_name_that_can_be_kept()
    {
        Assert.Equal("Page URLs", NameRules.From("Page URLs"));
        Assert.Equal("a b", NameRules.From("\na\nb\0"));
        Assert.Equal(149, NameRules.From(new string('x', 149) + "😀" + new string('y', 10_000)).Length);
    }
}
