using System.Buffers;
using System.Text;
using CsCheck;
using Tributary.Matomo.Catalog;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

public class ServerMetadataTests
{
    // One entry with every kind of member, small enough that a mangled byte matters.
    private static readonly byte[] Entry = Encoding.UTF8.GetBytes("""
        [{"module":"Events","action":"getCategory","uniqueId":"Events_getCategory","name":"Event \ud83d\ude00","dimension":"Category","dimensions":{"Events_EventCategory":"Category","Events_EventAction":"Action"},
        "metrics":{"nb_events":"Events"},"processedMetrics":[],"metricTypes":{"nb_events":"number"},"metricsGoal":false,"parameters":{"idGoal":1},"actionToLoadSubTables":"getActionFromCategoryId","isSubtableReport":true,"constantRowsCount":0,"documentation":"<b>x</b>. Y"}]
        """);

    [Fact]
    public void Reads_every_recorded_announcement()
    {
        var recordings = Recordings.All.Where(r => r.Method == "API.getReportMetadata" && r.Body[0] == '[').ToArray();

        Assert.True(recordings.Length >= 16);
        Assert.All(recordings, r =>
        {
            var metadata = ServerMetadata.Parse(new ReadOnlySequence<byte>(r.Body));
            Assert.InRange(metadata.Reports.Count, 70, 200);
            Assert.Equal(metadata.Entries, metadata.Reports.Count);
        });
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"module":"Events","action":"getCategory"}]""")]
    [InlineData("""[{"module":"Events","action":"getCategory","metrics":false,"processedMetrics":[],"metricTypes":null,"dimensions":[],"parameters":"","name":""}]""")]
    [InlineData("""[{"module":"Events","action":"getCategory","metrics":{"nb_events":["nested"],"":"empty"}}]""")]
    [InlineData("""[null,1,"x",[],{"module":"Events"},{"module":"E v","action":"get"},{"module":1,"action":{}},{"module":"Goals","action":"deleteGoal"}]""")]
    public void Takes_what_is_missing_for_none(string json)
    {
        var metadata = Parse(Encoding.UTF8.GetBytes(json));

        Assert.True(metadata.Reports.Count <= 1);
        Assert.NotEmpty(ReportCatalog.BuiltIn.Merge(metadata).Reports);
    }

    [Fact]
    public void Reads_parameters_written_as_numbers_and_makes_a_missing_id()
    {
        var report = Assert.Single(Parse("""[{"module":"Goals","action":"get","name":"Orders","parameters":{"idGoal":0}}]"""u8.ToArray()).Reports);

        Assert.Equal("Goals_get_idGoal--0", report.UniqueId);
        Assert.Equal("0", report.Parameters["idGoal"]);
    }

    [Fact]
    public void Says_what_the_server_said_when_it_refuses()
    {
        var recording = Recordings.Get("5.2/API/getReportMetadata.none");

        var error = Assert.Throws<MatomoException>(() => Parse(recording.Body));

        Assert.Equal(MatomoErrorKind.Api, error.Kind);
        Assert.Contains("the \"idSite\" parameter", error.ApiMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[{")]
    [InlineData("{}")]
    [InlineData("7")]
    public void An_answer_that_is_no_list_is_an_error_that_says_so(string body)
    {
        var error = Assert.Throws<MatomoException>(() => Parse(Encoding.UTF8.GetBytes(body)));

        Assert.Equal((MatomoErrorKind.UnexpectedReply, "API.getReportMetadata"), (error.Kind, error.Method));
    }

    [Fact]
    public void Mangled_bytes_lead_to_a_catalog_or_to_a_clear_error()
    {
        var mangled =
            from edits in Gen.Select(Gen.Int[0, Entry.Length - 1], Gen.OneOf(Gen.Byte, Gen.OneOf([.. "\"\\{}[],:udf"u8.ToArray().Select(Gen.Const)]))).Array[1, 6]
            from cut in Gen.Int[0, Entry.Length]
            from cuts in Gen.Bool
            select (edits, length: cuts ? cut : Entry.Length);

        mangled.Sample(m =>
        {
            var bytes = Entry.ToArray();
            foreach (var (at, value) in m.edits)
            {
                bytes[at] = value;
            }

            try
            {
                var catalog = ReportCatalog.BuiltIn.Merge(Parse(bytes[..m.length]));
                Assert.All(catalog.Reports, r => Assert.Matches("\\.(get|is)", r.Method));
            }
            catch (MatomoException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 3_000);
    }

    [Fact]
    public void A_lone_surrogate_in_any_text_does_no_harm()
    {
        var text = Encoding.UTF8.GetString(Entry);
        var quotes = Enumerable.Range(0, text.Length).Where(i => text[i] == '"' && text[i - 1] is ':' or '{' or ',' or '\n').ToArray();

        Assert.NotEmpty(quotes);
        Assert.All(quotes, q => ReportCatalog.BuiltIn.Merge(Parse(Encoding.UTF8.GetBytes(text.Insert(q + 1, "\\ud800")))));
    }

    private static ServerMetadata Parse(byte[] json) => ServerMetadata.Parse(new MemoryStream(json));
}
