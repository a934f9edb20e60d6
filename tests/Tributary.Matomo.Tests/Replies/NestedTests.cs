using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

public class NestedTests
{
    [Fact]
    public async Task Keeps_nested_values_as_compact_JSON_with_PHPs_escapes_undone() => Assert.Equal(
        """part row0[] goals={"idgoal=1":{"url":"https://x/é","n":[1,null,true,{}]},"e":[]} b=2 end0 endpart""",
        await Reading.CallsAsync("""[{"goals": {"idgoal=1": {"url": "https:\/\/x\/\u00e9", "n": [1, null, true, {}]}, "e": []}, "b": 2}]""", ReplyShape.Table));

    [Fact]
    public async Task Keeps_what_JSON_demands_to_be_escaped()
    {
        var calls = await Reading.CallsAsync("""[{"a":["\"\\\n\u0000\u001f\t\r\b\f\/"]}]""", ReplyShape.Table);

        Assert.Equal("""part row0[] a=["\"\\\n\u0000\u001f\t\r\b\f/"] end0 endpart""", calls);
    }

    [Fact]
    public async Task Makes_cells_of_nested_objects_and_arrays() => Assert.Equal(
        "part row0[] goals/idgoal=1/n=1 goals/idgoal=1/r=2 goals/idgoal=2/n=3 list/0='a' list/1/x=1 list/2=null b=2 end0 endpart",
        await Reading.CallsAsync(
            """[{"goals":{"idgoal=1":{"n":1,"r":2},"idgoal=2":{"n":3}},"list":["a",{"x":1},null],"b":2}]""",
            ReplyShape.Table,
            nested: _ => NestedTreatment.Cells));

    [Fact]
    public async Task Makes_child_rows_of_subtables_at_any_depth() => Assert.Equal(
        "part row0[] label='a' row1[] label='b' row2[] label='c' end2 end1 row1[] label='d' end1 n=1 end0 row0[] label='e' end0 endpart",
        await Reading.CallsAsync(
            """[{"label":"a","subtable":[{"label":"b","subtable":[{"label":"c"}]},{"label":"d"}],"n":1},{"label":"e","subtable":[]}]""",
            ReplyShape.Table,
            nested: path => path == "subtable" ? NestedTreatment.Rows : NestedTreatment.Text));

    [Fact]
    public async Task Makes_child_rows_of_the_values_of_an_object_and_of_plain_items() => Assert.Equal(
        "part row0[] row1[idgoal=1] n=1 end1 row1[x] value=5 end1 row1[] value='p' end1 row1[] value=[1] end1 z=1 end0 endpart",
        await Reading.CallsAsync(
            """{"goals":{"idgoal=1":{"n":1},"x":5},"plain":["p",[1]],"z":1}""",
            ReplyShape.Row,
            nested: _ => NestedTreatment.Rows));

    [Fact]
    public async Task Finds_child_rows_below_cells_and_cells_below_child_rows() => Assert.Equal(
        "part row0[] a/b=1 row1[] x/y=2 end1 row1[] x/y=3 end1 a/c=4 d=5 end0 endpart",
        await Reading.CallsAsync(
            """{"a":{"b":1,"rows":[{"x":{"y":2}},{"x":{"y":3}}],"c":4},"d":5}""",
            ReplyShape.Row,
            nested: path => path == "a/rows" ? NestedTreatment.Rows : NestedTreatment.Cells));

    [Fact]
    public async Task Reads_past_what_is_not_wanted() => Assert.Equal(
        "part row0[] b=2 end0 endpart",
        await Reading.CallsAsync("""{"a":{"x":[{"y":[]},[[]]]},"b":2,"c":[]}""", ReplyShape.Row, nested: _ => NestedTreatment.Skip));

    [Fact]
    public async Task Asks_for_each_level_below_cells_with_its_path()
    {
        List<string> asked = [];

        await Reading.CallsAsync("""{"a":{"b":[{"c":{}}]}}""", ReplyShape.Row, nested: path =>
        {
            asked.Add(path);
            return NestedTreatment.Cells;
        });

        Assert.Equal(["a", "a/b", "a/b/0", "a/b/0/c"], asked);
    }

    [Fact]
    public async Task Reads_as_deep_as_PHP_writes()
    {
        var json = "[{\"a\":" + new string('[', 509) + new string(']', 509) + "}]";

        Assert.Equal($"part row0[] a={new string('[', 509)}{new string(']', 509)} end0 endpart", await Reading.CallsAsync(json, ReplyShape.Table));
    }
}
