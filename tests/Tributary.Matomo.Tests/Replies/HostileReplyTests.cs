using System.Text;
using CsCheck;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

public class HostileReplyTests
{
    private static readonly ReplyShape[] Shapes = Enum.GetValues<ReplyShape>();
    private static readonly ReplyKeys[] Keys = Enum.GetValues<ReplyKeys>();

    [Fact]
    public Task A_reply_of_any_nesting_leads_to_its_calls_wherever_it_is_cut_into_pieces() =>
        Gen.Select(ReplyTrees.Table, Gen.Bool, Gen.Int[1, 40], Gen.Int[1, 200]).SampleAsync(async (table, escape, piece, bufferSize) =>
        {
            var body = Encoding.UTF8.GetBytes(ReplyTrees.Json(table, escape));
            var log = new ReplyLog(ReplyTrees.Treatment);

            await Reading.ReadAsync(body, ReplyShape.Table, ReplyKeys.None, log, bufferSize, piece);

            Assert.Equal(ExpectedCalls.Of(table), log.ToString());
        });

    [Fact]
    public async Task A_reply_may_be_cut_into_two_pieces_at_every_byte()
    {
        var body = Encoding.UTF8.GetBytes("\uFEFF{\"2026-10-14\":[{\"a\\ud83d\\ude00\":\"é日\\u0000\\ud83d\",\"n\":[1,{\"x\":-1.5e3}],\"goals\":{\"idgoal=1\":{\"r\":null}}}],\"2026-10-15\":[],\"2026-10-16\":{\"result\":\"error\",\"message\":\"no\"}}");
        var whole = new ReplyLog(ReplyTrees.Treatment);
        await Reading.ReadAsync(body, ReplyShape.Table, ReplyKeys.Dates, whole);

        for (var first = 1; first < body.Length; first++)
        {
            var log = new ReplyLog(ReplyTrees.Treatment);
            await Reading.ReadAsync(body, ReplyShape.Table, ReplyKeys.Dates, log, piece: first);
            Assert.Equal(whole.ToString(), log.ToString());
        }

        Assert.Contains("part(,2026-10-15) endpart part(,2026-10-16) endpart!", whole.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public Task Any_beginning_of_a_reply_is_an_error() =>
        Gen.Select(ReplyTrees.Table, Gen.Bool, Gen.Double.Unit).SampleAsync(async (table, escape, part) =>
        {
            var body = Encoding.UTF8.GetBytes(ReplyTrees.Json(table, escape));
            var length = (int)(part * body.Length);

            var error = await Assert.ThrowsAsync<MatomoException>(() =>
                Reading.ReadAsync(body.AsMemory(0, length), ReplyShape.Table, ReplyKeys.None, new ReplyLog(ReplyTrees.Treatment), 64, 7));

            Assert.Equal(length == 0 ? MatomoErrorKind.EmptyBody : MatomoErrorKind.CutOff, error.Kind);
        });

    [Fact]
    public Task Random_bytes_never_throw_anything_but_a_MatomoException() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.OneOf("", "[", "{", "[{\"", "{\"result\":\"error\",", "\nNotice: x in y.php on line 1\n", "<br />\n<b>Warning</b>: ["), Gen.OneOf(Shapes), Gen.OneOf(Keys))
            .SampleAsync((bytes, start, shape, keys) => EndsOrThrowsMatomoExceptionAsync([.. Encoding.UTF8.GetBytes(start), .. bytes], shape, keys));

    [Fact]
    public Task A_damaged_reply_never_throws_anything_but_a_MatomoException() =>
        Gen.Select(ReplyTrees.Table, Gen.Bool, Gen.Select(Gen.Double.Unit, Gen.OneOf("{}[],:\"\\u0 \0e-.tfn"u8.ToArray())).Array[1, 4], Gen.OneOf(Shapes), Gen.OneOf(Keys))
            .SampleAsync((table, escape, damages, shape, keys) =>
            {
                var body = Encoding.UTF8.GetBytes(ReplyTrees.Json(table, escape));
                foreach (var (place, damage) in damages)
                {
                    body[(int)(place * body.Length)] = damage;
                }

                return EndsOrThrowsMatomoExceptionAsync(body, shape, keys);
            });

    /// <summary>Anything but success and <see cref="MatomoException"/> leaves here and fails the test.</summary>
    private static async Task EndsOrThrowsMatomoExceptionAsync(byte[] body, ReplyShape shape, ReplyKeys keys)
    {
        try
        {
            await Reading.ReadAsync(body, shape, keys, new ReplyLog(ReplyTrees.Treatment), 64, 13);
        }
        catch (MatomoException error)
        {
            Assert.NotEmpty(error.Message);
        }

        try
        {
            ReplyTarget target = new(shape, keys, new ReplyLog(ReplyTrees.Treatment), new MatomoAnswer { Method = "Test.get" });
            await ReplyReader.ReadAsync(new PieceStream(body, 13), ReplyParser.ForBulk([target, target]), target.Answer, 64, TestContext.Current.CancellationToken);
        }
        catch (MatomoException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }
}
