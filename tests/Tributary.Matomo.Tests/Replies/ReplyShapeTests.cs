using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

public class ReplyShapeTests
{
    [Theory]
    [InlineData("[]", "part endpart")]
    [InlineData("""[{"label":"a","nb_visits":1},{"label":"b"}]""", "part row0[] label='a' nb_visits=1 end0 row0[] label='b' end0 endpart")]
    [InlineData("""{"1":{"idgoal":1},"2":{"idgoal":2}}""", "part row0[1] idgoal=1 end0 row0[2] idgoal=2 end0 endpart")]
    [InlineData("[[]]", "part row0[] end0 endpart")]
    [InlineData("""{"result":"success","message":"ok"}""", "part endpart")]
    [InlineData("""[{"a":"1.5","b":null,"c":false,"d":true,"e":-1.5e3}]""", "part row0[] a='1.5' b=null c=false d=true e=-1.5e3 end0 endpart")]
    [InlineData("""[{"a":1,"a":2}]""", "part row0[] a=1 a=2 end0 endpart")]
    public async Task Reads_a_table(string json, string calls) =>
        Assert.Equal(calls, await Reading.CallsAsync(json, ReplyShape.Table));

    [Theory]
    [InlineData("""{"nb_visits":7,"x":"y"}""", "part row0[] nb_visits=7 x='y' end0 endpart")]
    [InlineData("[]", "part endpart")]
    [InlineData("""[{"nb_visits":7}]""", "part row0[] nb_visits=7 end0 endpart")]
    [InlineData("""{"value":7}""", "part row0[] value=7 end0 endpart")]
    [InlineData("""{"result":"success","message":"ok"}""", "part endpart")]
    [InlineData("""{"result":7,"x":1}""", "part row0[] result=7 x=1 end0 endpart")]
    public async Task Reads_a_row(string json, string calls) =>
        Assert.Equal(calls, await Reading.CallsAsync(json, ReplyShape.Row));

    [Fact]
    public async Task A_report_with_dates_that_is_answered_ok_is_no_report_without_rows()
    {
        var whole = await Reading.FailureAsync("""{"result":"success","message":"ok"}""", isDated: true);
        var one = await Reading.CallsAsync("""{"2026":{"result":"success","message":"ok"},"2027":{"a":1}}""", ReplyShape.Row, ReplyKeys.Dates, isDated: true);

        Assert.Equal(MatomoErrorKind.UnexpectedReply, whole.Kind);
        Assert.Equal("part(,2026) endpart!UnexpectedReply part(,2027) row0[] a=1 end0 endpart", one);
    }

    [Theory]
    [InlineData("""{"message":"The segment is broken","result":"error"}""", ReplyKeys.None)]
    [InlineData("""{"result": "error", "message":"The segment is broken"}""", ReplyKeys.None)]
    [InlineData("""{"message":"The segment is broken","result":"error"}""", ReplyKeys.Dates)]
    public async Task An_error_is_one_in_whatever_order_it_comes(string json, ReplyKeys keys) =>
        Assert.Contains("The segment is broken", (await Reading.FailureAsync(json, ReplyShape.Row, keys)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""["a",2,null]""", "part row0[] value='a' end0 row0[] value=2 end0 row0[] value=null end0 endpart")]
    [InlineData("""{"x":"a","y":"b"}""", "part row0[x] value='a' end0 row0[y] value='b' end0 endpart")]
    [InlineData("[[1,2]]", "part row0[] value=[1,2] end0 endpart")]
    public async Task Reads_a_list(string json, string calls) =>
        Assert.Equal(calls, await Reading.CallsAsync(json, ReplyShape.List));

    [Theory]
    [InlineData("""{"2026-10-14":{"a":1},"2026-10-15":[]}""", "part(,2026-10-14) row0[] a=1 end0 endpart part(,2026-10-15) endpart")]
    [InlineData("""{"2026-10-14":7,"2026-10-15":0}""", "part(,2026-10-14) row0[] value=7 end0 endpart part(,2026-10-15) row0[] value=0 end0 endpart")]
    [InlineData("""{"2026-11-16,2026-11-22":[{"a":1}]}""", "part(,2026-11-16,2026-11-22) row0[] a=1 end0 endpart")]
    [InlineData("""{"2026":{"result":"error","message":"NoDataForAction"},"2027":{"a":1}}""", "part(,2026) endpart!NoDataForAction part(,2027) row0[] a=1 end0 endpart")]
    [InlineData("""{"2026":{"result":"success","message":"ok"}}""", "part(,2026) endpart")]
    [InlineData("[]", "")]
    public async Task Reads_a_row_keyed_by_date(string json, string calls) =>
        Assert.Equal(calls, await Reading.CallsAsync(json, ReplyShape.Row, ReplyKeys.Dates));

    [Fact]
    public async Task Reads_a_table_keyed_by_site() => Assert.Equal(
        "part(4,) endpart part(1,) row0[] a=1 end0 endpart",
        await Reading.CallsAsync("""{"4":[],"1":[{"a":1}]}""", ReplyShape.Table, ReplyKeys.Sites));

    [Fact]
    public async Task Reads_a_reply_keyed_by_site_and_date() => Assert.Equal(
        "part(1,2026-10-14) row0[] a=1 end0 endpart part(1,2026-10-15) endpart part(3,) endpart!NoAccess part(5,2026-10-14) row0[] a=2 end0 endpart",
        await Reading.CallsAsync(
            """{"1":{"2026-10-14":{"a":1},"2026-10-15":[]},"2":[],"3":{"result":"error","message":"You can't access this resource"},"5":{"2026-10-14":{"a":2}}}""",
            ReplyShape.Row,
            ReplyKeys.SitesAndDates)
            .ContinueWith(t => t.Result.Replace("AuthenticationOrNoAccess", "NoAccess"), TaskScheduler.Default));

    [Theory]
    [InlineData(ReplyShape.Table, ReplyKeys.None, """{"nb_visits":7}""")]
    [InlineData(ReplyShape.Table, ReplyKeys.None, "[1]")]
    [InlineData(ReplyShape.Table, ReplyKeys.None, "[[1]]")]
    [InlineData(ReplyShape.Table, ReplyKeys.None, """{"2026-10-14":[]}""")]
    [InlineData(ReplyShape.Table, ReplyKeys.Dates, """{"2026-10-14":7}""")]
    [InlineData(ReplyShape.Row, ReplyKeys.None, """[{"a":1},{"a":2}]""")]
    [InlineData(ReplyShape.Row, ReplyKeys.None, "[1]")]
    [InlineData(ReplyShape.Row, ReplyKeys.Dates, """{"nb_visits":7}""")]
    [InlineData(ReplyShape.Row, ReplyKeys.Dates, """{"1":{"a":1}}""")]
    [InlineData(ReplyShape.Row, ReplyKeys.Dates, """[{"a":1}]""")]
    [InlineData(ReplyShape.Row, ReplyKeys.Sites, """{"2026-10-14":{"a":1}}""")]
    [InlineData(ReplyShape.Row, ReplyKeys.Sites, """{"":{"a":1}}""")]
    [InlineData(ReplyShape.Row, ReplyKeys.SitesAndDates, """{"1":{"a":1}}""")]
    [InlineData(ReplyShape.List, ReplyKeys.Sites, """{"1":7}""")]
    public async Task Refuses_another_shape_than_the_one_asked_for(ReplyShape shape, ReplyKeys keys, string json) =>
        Assert.Equal(MatomoErrorKind.UnexpectedReply, (await Reading.FailureAsync(json, shape, keys)).Kind);

    [Fact]
    public async Task Throws_when_the_whole_reply_is_an_error()
    {
        var error = await Reading.FailureAsync("""{"result":"error","message":"The plugin X is not enabled. You can activate the plugin on Settings &gt; Plugins page in Matomo."}""");

        Assert.Equal(MatomoErrorKind.PluginMissing, error.Kind);
        Assert.Equal("The plugin X is not enabled. You can activate the plugin on Settings > Plugins page in Matomo.", error.ApiMessage);
        Assert.Contains(error.ApiMessage!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_the_message_of_an_error_whose_other_properties_are_nested() => Assert.Equal(
        "NoDataForAction",
        (await Reading.FailureAsync("""{"result":"error","backtrace":[{"message":"no"},["x"]],"message":"NoDataForAction"}""")).ApiMessage);
}
