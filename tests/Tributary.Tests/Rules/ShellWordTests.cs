using Tributary.Model;

namespace Tributary.Tests.Rules;

public class ShellWordTests
{
    [Theory]
    [InlineData("Pages", "\"Pages\"")]
    [InlineData("Visits by day", "\"Visits by day\"")]
    [InlineData("The \"best\"", "'The \"best\"'")]
    [InlineData("It's $HOME", "'It'\\''s $HOME'")]
    [InlineData("It's", "\"It's\"")]
    public void A_name_in_a_hint_can_be_pasted(string name, string quoted) => Assert.Equal(quoted, ShellWord.Of(name));
}
