using System.Collections.Frozen;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Tributary.Testing;

/// <summary>One recorded answer of a real Matomo: what was asked and the bytes that came.</summary>
/// <param name="Version">"5.2" or "4.16".</param>
/// <param name="Family">The folder it stands in: the module, or a theme such as Errors.</param>
/// <param name="Name">The file name without its ending, <c>getPageUrls.days</c>.</param>
/// <param name="HttpMethod">GET or POST.</param>
/// <param name="Parameters">What was asked, the token replaced.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The content type header.</param>
/// <param name="Body">The bytes as sent.</param>
public sealed record Recording(
    string Version,
    string Family,
    string Name,
    string HttpMethod,
    IReadOnlyDictionary<string, string> Parameters,
    int Status,
    string ContentType,
    byte[] Body)
{
    /// <summary>The API method asked; empty when none was.</summary>
    public string Method => Parameters.GetValueOrDefault("method", "");

    /// <summary>"5.2/Actions/getPageUrls.days": a name that finds the recording again.</summary>
    public string Id => $"{Version}/{Family}/{Name}";

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>The recordings that travel with the tests, unpacked once a process.</summary>
public static class Recordings
{
    private static readonly Lazy<FrozenDictionary<string, Recording>> Loaded = new(() =>
        Load("5.2").Concat(Load("4.16")).ToFrozenDictionary(r => r.Id, StringComparer.Ordinal));

    /// <summary>All recordings of both versions, in a stable order.</summary>
    public static IReadOnlyList<Recording> All { get; } = [.. Loaded.Value.Values.OrderBy(r => r.Id, StringComparer.Ordinal)];

    /// <summary>The recording of that id, <c>5.2/Actions/getPageUrls.days</c>.</summary>
    public static Recording Get(string id) => Loaded.Value.TryGetValue(id, out var recording)
        ? recording
        : throw new ArgumentException($"There is no recording '{id}'.", nameof(id));

    private static List<Recording> Load(string version)
    {
        using var resource = typeof(Recordings).Assembly.GetManifestResourceStream($"Tributary.Testing.Recordings.recordings-{version}.tar.br")!;
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        using var tar = new TarReader(brotli);
        Dictionary<string, byte[]> bodies = new(StringComparer.Ordinal), descriptions = new(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            using var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            var (stem, ending) = (Path.ChangeExtension(entry.Name, null), Path.GetExtension(entry.Name));
            (ending == ".body" ? bodies : descriptions)[stem] = bytes.ToArray();
        }

        return [.. descriptions.Select(d => Read(version, d.Key, d.Value, bodies[d.Key]))];
    }

    private static Recording Read(string version, string stem, byte[] description, byte[] body)
    {
        using var json = JsonDocument.Parse(description);
        var root = json.RootElement;
        var parameters = root.GetProperty("params").EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText(), StringComparer.Ordinal);
        var slash = stem.IndexOf('/', StringComparison.Ordinal);
        return new Recording(
            version,
            stem[..slash],
            stem[(slash + 1)..],
            root.GetProperty("method").GetString()!,
            parameters,
            root.GetProperty("status").GetInt32(),
            root.TryGetProperty("content_type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "",
            body);
    }
}
