using System.Globalization;
using System.Text;
using Tributary.Shaping;

namespace Tributary.Tests.Shaping;

public class PercentTextTests
{
    [Theory]
    [InlineData("12.5%", "12.5")]
    [InlineData("2,568%", "2568")]
    [InlineData("-1,000%", "-1000")]
    [InlineData("1,234.5%", "1234.5")]
    [InlineData("1,234,567%", "1234567")]
    [InlineData("0,125%", "0.125")]
    [InlineData("66,7 %", "66.7")]
    [InlineData("1.234 %", "1234")]
    [InlineData("1.234,5 %", "1234.5")]
    [InlineData("12,345 %", "12.345")]
    [InlineData("12.345%", "12.345")]
    [InlineData("1 234,5 %", "1234.5")]
    [InlineData("%12,3", "12.3")]
    [InlineData("%1.234", "1234")]
    [InlineData("+7%", "7")]
    public void A_mark_groups_or_divides_as_the_language_that_writes_so_does(string text, string percent)
    {
        Assert.True(Numbers.TryPercentText(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(decimal.Parse(percent, CultureInfo.InvariantCulture), read);
    }
}
