using System.Text;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

public class BodyTests
{
    [Theory]
    [InlineData("\uFEFF[]")]
    [InlineData("\uFEFF\uFEFF \r\n\t[]")]
    [InlineData("  [] \n ")]
    public async Task Reads_past_byte_order_marks_and_white_space(string body)
    {
        var log = new ReplyLog();

        await Reading.ReadAsync(Encoding.UTF8.GetBytes(body), ReplyShape.Table, ReplyKeys.None, log, bufferSize: 1, piece: 1);

        Assert.Equal("part endpart", log.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("\uFEFF")]
    public async Task Tells_an_empty_body(string body) =>
        Assert.Equal(MatomoErrorKind.EmptyBody, (await Reading.FailureAsync(body)).Kind);

    [Theory]
    [InlineData("[")]
    [InlineData("""[{"label":"a"},{"la""")]
    [InlineData("""{"2026-10-14":[]""")]
    [InlineData("""{"result":"error","message":"Too man""")]
    public async Task Tells_a_cut_off_body(string body) =>
        Assert.Equal(MatomoErrorKind.CutOff, (await Reading.FailureAsync(body, keys: body.Contains("2026", StringComparison.Ordinal) ? ReplyKeys.Dates : ReplyKeys.None)).Kind);

    [Theory]
    [InlineData("""[{"a":NaN}]""")]
    [InlineData("""[{"a":Infinity}]""")]
    [InlineData("""[{"a":1},]""")]
    [InlineData("""[{"a":01}]""")]
    [InlineData("[{\"a\":\"\u0001\"}]")]
    [InlineData("[] []")]
    [InlineData("[]}")]
    [InlineData("[] and then some")]
    public async Task Refuses_what_is_not_JSON(string body) =>
        Assert.Equal(MatomoErrorKind.UnexpectedReply, (await Reading.FailureAsync(body)).Kind);

    [Fact]
    public async Task Knows_that_PHP_died_in_the_middle_of_JSON()
    {
        var error = await Reading.FailureAsync("[{\"label\":\"a\"}\nFatal error: Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /x.php on line 1");

        Assert.Equal(MatomoErrorKind.OutOfMemory, error.Kind);
    }

    [Theory]
    [InlineData("\nDeprecated: Array [0] {x} and [ in /var/www/x.php on line 50\n[{\"a\":1}]", "Deprecated: Array [0] {x} and [ in /var/www/x.php on line 50")]
    [InlineData("<br />\n<b>Warning</b>:  x in <b>/x.php</b> on line <b>5</b><br />\n[{\"a\":1}]\n", "Warning : x in /x.php on line 5")]
    [InlineData("[{\"a\":1}]<br />\n<b>Notice</b>:  y in <b>/x.php</b> on line <b>5</b><br />\n", "Notice : y in /x.php on line 5")]
    [InlineData("<b>Warning</b>:  Undefined array key [] in <b>/x.php</b> on line <b>5</b><br />\n<b>Warning</b>:  y in <b>/y.php</b> on line <b>6</b><br />\n[{\"a\":1}]", "Warning : Undefined array key [] in /x.php on line 5 Warning : y in /y.php on line 6")]
    [InlineData("\nWarning: SQLSTATE[HY000] [2002] {} in /x.php on line 5\n[{\"a\":1}]\nWarning: y in /y.php on line 6\n", "Warning: SQLSTATE[HY000] [2002] {} in /x.php on line 5 Warning: y in /y.php on line 6")]
    [InlineData("\nNotice: x in /x.php on line 5\n[{\"a\":1}]\nWarning: y in /y.php on line 6\n", "Notice: x in /x.php on line 5 Warning: y in /y.php on line 6")]
    public async Task Reads_the_data_behind_and_before_PHPs_messages(string body, string notice)
    {
        var log = new ReplyLog();

        var end = await Reading.ReadAsync(Encoding.UTF8.GetBytes(body), ReplyShape.Table, ReplyKeys.None, log);

        Assert.Equal("part row0[] a=1 end0 endpart", log.ToString());
        Assert.Equal(notice, end.Notice);
    }

    [Fact]
    public async Task Does_not_take_an_empty_list_inside_a_cut_reply_for_the_reply_behind_a_notice()
    {
        var error = await Reading.FailureAsync("\nNotice: x in /x.php on line 5\n{\"2026-10-14\":[],\"2026-10-15\":[]", keys: ReplyKeys.Dates);

        Assert.Equal(MatomoErrorKind.CutOff, error.Kind);
    }

    [Fact]
    public async Task Does_not_take_the_end_of_JSON_without_its_beginning_for_a_reply()
    {
        // Matomo leaves the outer braces of Transitions.getTransitionsForAction&parts=followingActions out.
        var error = await Reading.FailureAsync("\"date\":\"Wed\",\"followingPages\":[{\"label\":\"a\"}],\"outlinks\":[]");

        Assert.Equal(MatomoErrorKind.CutOff, error.Kind);
    }

    [Fact]
    public async Task A_token_larger_than_the_buffer_is_read()
    {
        var log = new ReplyLog();
        var label = new string('x', 300_000);

        await Reading.ReadAsync(Encoding.UTF8.GetBytes($"[{{\"label\":\"{label}\"}}]"), ReplyShape.Table, ReplyKeys.None, log, bufferSize: 100, piece: 1000);

        Assert.Equal($"part row0[] label='{label}' end0 endpart", log.ToString());
    }
}
