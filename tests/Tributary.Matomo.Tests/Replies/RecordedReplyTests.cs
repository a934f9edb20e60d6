using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Tributary.Matomo.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Replies;

/// <summary>Every recorded answer that is JSON data, read and held against what a document reader sees in it.</summary>
public class RecordedReplyTests
{
    private static readonly string[] OtherThanReports = ["Bulk", "Notices", "ProcessedReport", "RowEvolution"];

    public static IReadOnlyList<Recording> Data { get; } = [.. Recordings.All.Where(r => IsData(r) && !OtherThanReports.Contains(r.Family))];

    [Fact]
    public async Task Hands_over_every_leaf_of_every_recording_once_and_in_order()
    {
        List<string> wrong = [];
        foreach (var recording in Data)
        {
            var (shape, keys) = FormOf(recording);
            var log = new ReplyLog(_ => NestedTreatment.Cells);
            await Reading.ReadAsync(recording.Body, shape, keys, log);
            var leaves = log.ToString();
            var expected = new LeafWalk(recording.Body, shape, keys).ToString();
            if (leaves != expected)
            {
                wrong.Add($"{recording.Id} as {shape} by {keys}");
            }
        }

        Assert.Empty(wrong);
        Assert.InRange(Data.Count, 1500, int.MaxValue);
    }

    [Fact]
    public async Task Reads_the_same_however_the_bytes_arrive()
    {
        var some = Data.Where(r => r.Body.Length < 20_000).ToArray();
        await Gen.Select(Gen.Int[0, some.Length - 1], Gen.Int[1, 300], Gen.Int[1, 200]).SampleAsync(
            async (index, bufferSize, piece) =>
            {
                var (shape, keys) = FormOf(some[index]);
                var (whole, pieces) = (new ReplyLog(), new ReplyLog());
                await Reading.ReadAsync(some[index].Body, shape, keys, whole);
                await Reading.ReadAsync(some[index].Body, shape, keys, pieces, bufferSize, piece);
                Assert.Equal(whole.ToString(), pieces.ToString());
            },
            iter: 300);
    }

    [Fact]
    public async Task Never_takes_a_cut_reply_for_a_whole_one()
    {
        var some = Data.Where(r => r.Body.Length is > 3 and < 20_000).ToArray();
        await Gen.Select(Gen.Int[0, some.Length - 1], Gen.Double[0, 1]).SampleAsync(
            async (index, where) =>
            {
                var (shape, keys) = FormOf(some[index]);
                var length = Math.Clamp((int)(some[index].Body.Length * where), 1, some[index].Body.TrimmedLength() - 1);
                var error = await Assert.ThrowsAsync<MatomoException>(() => Reading.ReadAsync(some[index].Body.AsMemory(0, length), shape, keys, new ReplyLog()));
                Assert.Equal(MatomoErrorKind.CutOff, error.Kind);
            },
            iter: 300);
    }

    [Fact]
    public async Task Any_damage_ends_in_an_answer_or_an_error_of_ours()
    {
        var some = Data.Where(r => r.Body.Length is > 3 and < 5_000).ToArray();
        await Gen.Select(Gen.Int[0, some.Length - 1], Gen.Double[0, 1], Gen.Byte.Array[0, 5], Gen.Int[0, 10]).SampleAsync(
            async (index, where, insert, remove) =>
            {
                var (shape, keys) = FormOf(some[index]);
                var body = some[index].Body;
                var at = (int)((body.Length - 1) * where);
                byte[] damaged = [.. body.AsSpan(0, at), .. insert, .. body.AsSpan(Math.Min(at + remove, body.Length))];
                try
                {
                    await Reading.ReadAsync(damaged, shape, keys, new ReplyLog());
                }
                catch (MatomoException)
                {
                    // Refused, which is as good.
                }
            },
            iter: 2000);
    }

    /// <summary>Rows that are in the buffer whole are read another way than those that are not.</summary>
    [Fact]
    public async Task A_damaged_table_is_read_or_refused_alike_whether_its_rows_fit_the_buffer_or_not()
    {
        var some = Data.Where(r => r.Body.Length is > 1_000 and < 20_000 && FormOf(r).Shape == ReplyShape.Table).ToArray();
        var (read, refused) = (0, 0);
        await Gen.Select(Gen.Int[0, some.Length - 1], Gen.Double[0, 1], Gen.OneOf(Gen.Byte, Gen.OneOf("{}[],:\"\\u0 \0e-+.tfn9"u8.ToArray())).Array[0, 3], Gen.Int[0, 3]).SampleAsync(
            async (index, where, insert, remove) =>
            {
                var body = some[index].Body;
                var at = (int)((body.Length - 1) * where);
                byte[] damaged = [.. body.AsSpan(0, at), .. insert, .. body.AsSpan(Math.Min(at + remove, body.Length))];

                var whole = await OutcomeAsync(damaged, FormOf(some[index]), JsonPump.DefaultBufferSize);
                var pieces = await OutcomeAsync(damaged, FormOf(some[index]), bufferSize: 16);

                Assert.Equal(pieces, whole);
                Interlocked.Increment(ref pieces.StartsWith("part", StringComparison.Ordinal) ? ref read : ref refused);
            },
            iter: 3000);

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    private static async Task<string> OutcomeAsync(byte[] body, (ReplyShape Shape, ReplyKeys Keys) form, int bufferSize)
    {
        var log = new ReplyLog(_ => NestedTreatment.Cells);
        try
        {
            await Reading.ReadAsync(body, form.Shape, form.Keys, log, bufferSize);
            return log.ToString();
        }
        catch (MatomoException error)
        {
            return $"{error.Kind}: {error.Message}";
        }
    }

    private static bool IsData(Recording recording)
    {
        if (recording.Status != 200 || recording.Body.Length == 0 || recording.Body[0] is not ((byte)'[' or (byte)'{'))
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(recording.Body);
            return json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("result", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The form an answer has, read off its keys; what the request asked does not always tell (Matomo's own exceptions).</summary>
    private static (ReplyShape Shape, ReplyKeys Keys) FormOf(Recording recording)
    {
        using var json = JsonDocument.Parse(recording.Body);
        var root = json.RootElement;
        var sites = recording.Parameters.GetValueOrDefault("idSite", "");
        var bySites = root.ValueKind == JsonValueKind.Object && (sites == "all" || sites.Contains(',', StringComparison.Ordinal))
            && root.EnumerateObject().Any() && root.EnumerateObject().All(p => int.TryParse(p.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        var inner = bySites ? root.EnumerateObject().First().Value : root;
        var byDates = IsByDate(inner);
        var pieces = (bySites, byDates) switch
        {
            (true, true) => root.EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Select(p => p.Value),
            (true, false) => root.EnumerateObject().Select(p => p.Value),
            (false, true) => root.EnumerateObject().Select(p => p.Value),
            _ => [root],
        };
        var keys = (bySites, byDates) switch
        {
            (true, true) => ReplyKeys.SitesAndDates,
            (true, false) => ReplyKeys.Sites,
            (false, true) => ReplyKeys.Dates,
            _ => ReplyKeys.None,
        };
        return (ShapeOf([.. pieces]), keys);
    }

    private static bool IsByDate(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any() && element.EnumerateObject().All(p => p.Name.Length != 4 && PeriodDates.IsLabel(p.Name) || p.Name.StartsWith("20", StringComparison.Ordinal) && p.Name.Length == 4);

    private static ReplyShape ShapeOf(IReadOnlyList<JsonElement> pieces)
    {
        if (pieces.Any(p => p.ValueKind == JsonValueKind.Array && p.GetArrayLength() > 0 && p[0].ValueKind is not JsonValueKind.Object))
        {
            return ReplyShape.List;
        }

        return pieces.All(p => p.ValueKind == JsonValueKind.Array) ? ReplyShape.Table : ReplyShape.Row;
    }

    /// <summary>Walks a document in memory and writes the calls a handler must get.</summary>
    private sealed class LeafWalk
    {
        private readonly StringBuilder _calls = new();

        public LeafWalk(byte[] body, ReplyShape shape, ReplyKeys keys)
        {
            using var json = JsonDocument.Parse(body);
            Keyed(json.RootElement, shape, keys, null, null);
        }

        public override string ToString() => _calls.ToString().TrimEnd();

        private void Keyed(JsonElement element, ReplyShape shape, ReplyKeys keys, string? site, string? date)
        {
            if (keys == ReplyKeys.None)
            {
                Note(site is null && date is null ? "part" : $"part({site},{date})");
                Piece(element, shape);
                Note("endpart");
                return;
            }

            if (element.ValueKind == JsonValueKind.Array)
            {
                return;
            }

            foreach (var property in element.EnumerateObject())
            {
                if (keys == ReplyKeys.Dates)
                {
                    Keyed(property.Value, shape, ReplyKeys.None, site, property.Name);
                }
                else
                {
                    Keyed(property.Value, shape, keys == ReplyKeys.Sites ? ReplyKeys.None : ReplyKeys.Dates, property.Name, null);
                }
            }
        }

        private void Piece(JsonElement element, ReplyShape shape)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Row(item);
                }
            }
            else
            {
                Row(element);
            }
        }

        private void Row(JsonElement row)
        {
            Note("row0[]");
            if (row.ValueKind == JsonValueKind.Object)
            {
                Cells(row, "");
            }
            else if (row.ValueKind != JsonValueKind.Array)
            {
                Note($"value={Value(row)}");
            }

            Note("end0");
        }

        private void Cells(JsonElement element, string prefix)
        {
            var children = element.ValueKind == JsonValueKind.Object
                ? element.EnumerateObject().Select(p => (p.Name, p.Value))
                : element.EnumerateArray().Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item));
            foreach (var (name, value) in children)
            {
                if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                {
                    Cells(value, prefix + name + "/");
                }
                else
                {
                    Note($"{prefix}{name}={Value(value)}");
                }
            }
        }

        private static string Value(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => $"'{value.GetString()}'",
            _ => value.GetRawText(),
        };

        private void Note(string call) => _calls.Append(call).Append(' ');
    }
}

internal static class BodyExtensions
{
    public static int TrimmedLength(this byte[] body) => body.AsSpan().TrimEnd(" \r\n\t"u8).Length;
}
