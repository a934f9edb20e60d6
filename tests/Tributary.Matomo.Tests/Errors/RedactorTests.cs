using System.Text;
using CsCheck;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Errors;

public class RedactorTests
{
    private static readonly Redactor Redactor = new([CanaryToken.Value]);

    [Theory]
    [InlineData(CanaryToken.Value)]
    [InlineData("C0FFEE5ECRE7CA4A4ED0B5E55ED70BEE")]
    public void Removes_the_token_in_any_case(string echoed) => Assert.Equal("x *** y", Redactor.Redact($"x {echoed} y"));

    [Fact]
    public void Removes_the_token_from_inside_base64_wherever_it_begins() => Gen.Select(Gen.Byte.Array[0, 20], Gen.Byte.Array[0, 20]).Sample((before, after) =>
    {
        var bytes = (byte[])[.. before, .. Encoding.ASCII.GetBytes(CanaryToken.Value), .. after];
        var redacted = Redactor.Redact(Convert.ToBase64String(bytes));

        // At most the characters it shares with its neighbours are left.
        return redacted.Contains("***", StringComparison.Ordinal) && !Convert.ToBase64String(bytes)[..^4].Equals(redacted, StringComparison.Ordinal)
            && Enumerable.Range(0, 3).All(shift => !redacted.Contains(Middle(shift), StringComparison.Ordinal));
    });

    [Fact]
    public void Removes_a_secret_with_any_characters_in_the_encodings_of_the_web() => Gen.String[Gen.Char[' ', '~'], 4, 30].Sample(secret =>
    {
        var redactor = new Redactor([secret]);
        string[] forms = [secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)), System.Net.WebUtility.HtmlEncode(secret)];
        return forms.All(form => redactor.Redact("<" + form + ">").Contains("***", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("index.php?token_auth=abcdef0123&x=1", "index.php?token_auth=***&x=1")]
    [InlineData("token_auth%3Dabcdef0123%26x", "token_auth%3D***%26x")]
    [InlineData("{\"token_auth\":\"abc\"}", "{\"token_auth\":\"***\"}")]
    public void Removes_tokens_it_does_not_know_where_they_are_named(string text, string redacted) =>
        Assert.Equal(redacted, Redactor.None.Redact(text));

    [Fact]
    public void Leaves_ordinary_words_alone() =>
        Assert.Equal("anonymous a b", new Redactor(["anonymous", "a", ""]).Redact("anonymous a b"));

    private static string Middle(int shift) => Convert.ToBase64String([.. new byte[shift], .. Encoding.ASCII.GetBytes(CanaryToken.Value)])[4..36];
}
