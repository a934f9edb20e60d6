using System.Text;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Looks for the canary token in its plain, URL-encoded and base64 spellings; base64 depends on what stands before it, so there are three.</summary>
internal static class TokenSearch
{
    private static readonly string[] Spellings = [CanaryToken.Value, Uri.EscapeDataString(CanaryToken.Value), .. Enumerable.Range(0, 3).Select(Base64)];

    public static IReadOnlyList<string> In(IEnumerable<string> texts) => [.. texts.Where(t => Spellings.Any(s => t.Contains(s, StringComparison.OrdinalIgnoreCase)))];

    public static IReadOnlyList<string> InFolder(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => In([Encoding.Latin1.GetString(File.ReadAllBytes(f))]).Count > 0)];

    /// <summary>The base64 digits that do not depend on the bytes around the token.</summary>
    private static string Base64(int before)
    {
        var text = Convert.ToBase64String([.. new byte[before], .. Encoding.ASCII.GetBytes(CanaryToken.Value)]);
        var first = before == 0 ? 0 : before + 1;
        return text[first..(first + 36)];
    }
}
