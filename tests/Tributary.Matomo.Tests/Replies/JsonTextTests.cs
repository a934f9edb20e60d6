using System.Text;
using System.Text.Json;
using CsCheck;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

public class JsonTextTests
{
    [Theory]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"\ud83d", "\uFFFD")]
    [InlineData(@"a\ude00b", "a\uFFFDb")]
    [InlineData(@"\ud83d\u0041", "\uFFFDA")]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD😀")]
    [InlineData(@"\u0000", "\0")]
    [InlineData(@"\u00E9\u20ac\/\""", "é€/\"")]
    public async Task Unescapes_as_PHP_escapes_and_replaces_half_a_surrogate_pair(string raw, string text) => Assert.Equal(
        $"part row0[{text}] {text}='{text}' end0 endpart",
        await Reading.CallsAsync($"{{\"{raw}\":{{\"{raw}\":\"{raw}\"}}}}", ReplyShape.Table));

    [Fact]
    public async Task Replaces_bytes_that_are_no_UTF8()
    {
        var log = new ReplyLog();

        await Reading.ReadAsync((byte[])[.. "[{\"a\":\""u8, 0xC3, (byte)'x', 0xFF, .. "\"}]"u8], ReplyShape.Table, ReplyKeys.None, log);

        Assert.Equal("part row0[] a='\uFFFDx\uFFFD' end0 endpart", log.ToString());
    }

    [Fact]
    public void Any_text_survives_escaping_and_unescaping() => Gen.String.Sample(text =>
    {
        // The escaper of System.Text.Json writes lone surrogates as U+FFFD too.
        var raw = JsonSerializer.SerializeToUtf8Bytes(text);
        var (unescaped, quoted) = (new ByteBuffer(1), new ByteBuffer(1));
        JsonText.Unescape(raw.AsSpan(1..^1), unescaped);
        JsonText.AppendQuoted(unescaped.Written, quoted);
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

        return Encoding.UTF8.GetString(unescaped.Written) == expected && JsonSerializer.Deserialize<string>(quoted.Written) == expected;
    });
}
