using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Tributary.Matomo.Catalog;

/// <summary>
/// What an account's server says of itself: the answer of <c>API.getReportMetadata</c> and, when known, its active plugins.
/// Only what the catalog needs is kept: the answer also holds image addresses with the caller's token in them (before 5.4).
/// </summary>
public sealed class ServerMetadata
{
    // Matomo cuts a list at 100 entries when no limit was sent.
    private const int DefaultLimit = 100;

    private ServerMetadata(IReadOnlyList<AnnouncedReport> reports, int entries)
    {
        Reports = reports;
        Entries = entries;
    }

    /// <summary>How many reports the server announced.</summary>
    public int Entries { get; }

    internal IReadOnlyList<AnnouncedReport> Reports { get; }

    internal Dictionary<string, bool> PluginStates { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    internal bool KnowsAllPlugins { get; private init; }

    /// <summary>Whether a plugin that announces nothing can be taken for missing: not when the list is empty or was cut at the server's default limit.</summary>
    internal bool IsComplete => Entries > 0 && Entries != DefaultLimit;

    /// <summary>Reads the answer of <c>API.getReportMetadata</c>.</summary>
    /// <exception cref="MatomoException">The answer is not a list of reports.</exception>
    public static ServerMetadata Parse(Stream json) => Parse(() => JsonDocument.Parse(json));

    /// <inheritdoc cref="Parse(Stream)"/>
    public static ServerMetadata Parse(ReadOnlySequence<byte> json) => Parse(() => JsonDocument.Parse(json));

    /// <inheritdoc cref="Parse(Stream)"/>
    public static ServerMetadata Parse(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && new JsonMembers(json) is var reply && reply.Text("result") == "error")
        {
            var message = WebUtility.HtmlDecode(reply.Text("message") ?? "");
            throw new MatomoException(MatomoErrorKind.Api, $"Matomo refused to list its reports. It said: {message}") { Method = Method, ApiMessage = message };
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            throw Unexpected($"a JSON {json.ValueKind} instead of a list", null);
        }

        return new ServerMetadata(
            [.. json.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Select(e => AnnouncedReport.Read(new JsonMembers(e))).OfType<AnnouncedReport>()],
            json.GetArrayLength());
    }

    /// <summary>The same announcement, knowing the state of some plugins: the answers of <c>API.isPluginActivated</c>, true for active.</summary>
    public ServerMetadata WithPlugins(IReadOnlyDictionary<string, bool> states) =>
        new(Reports, Entries) { PluginStates = new(states, StringComparer.OrdinalIgnoreCase) };

    /// <summary>The same announcement, knowing every active plugin: any other is not active.</summary>
    public ServerMetadata WithAllActivePlugins(IEnumerable<string> plugins) =>
        new(Reports, Entries) { PluginStates = plugins.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(p => p, _ => true, StringComparer.OrdinalIgnoreCase), KnowsAllPlugins = true };

    private const string Method = "API.getReportMetadata";

    private static ServerMetadata Parse(Func<JsonDocument> parse)
    {
        try
        {
            using var document = parse();
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Unexpected("text that is not JSON", e);
        }
    }

    private static MatomoException Unexpected(string what, Exception? inner) =>
        new(MatomoErrorKind.UnexpectedReply, $"Matomo was asked for the list of its reports and answered {what}. Check that nothing between here and the server changes its answers.", inner) { Method = Method };
}
