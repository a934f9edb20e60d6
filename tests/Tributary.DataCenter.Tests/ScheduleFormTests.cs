using Tributary.DataCenter.Connector;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

public sealed class ScheduleFormTests
{
    [Theory]
    [InlineData("90m", "90m")]
    [InlineData("26h", "1560m")]
    [InlineData("50m", "50m")]
    [InlineData("2d", "2880m")]
    public void Whatever_length_of_time_was_stored_can_be_saved_again(string stored, string typed)
    {
        var form = new ScheduleForm();
        form.Load(new ScheduleInput { Manual = true, ExpectEvery = stored });

        Assert.Empty(form.Problems());
        Assert.Equal(typed, form.Typed().ExpectEvery);
    }

    [Theory]
    [InlineData("1.5", "90m")]
    [InlineData("1,5", "90m")]
    [InlineData("1h30m", "90m")]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    [InlineData("9999999999", null)]
    public void Hours_and_times_with_units_are_taken_and_nothing_else(string text, string? typed)
    {
        var form = new ScheduleForm { ExpectHours = text };

        Assert.Equal(typed is null ? ["--expect-every"] : [], form.Problems().Select(p => p.Field));
        if (typed is not null)
        {
            Assert.Equal(typed, form.Typed().ExpectEvery);
        }
    }
}
