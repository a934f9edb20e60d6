using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tributary.DataCenter.Hosting;

/// <summary>Styles, scripts, fonts and pictures: all in this assembly, so that no page asks another host for anything.</summary>
internal sealed class AssetFiles
{
    private readonly FrozenDictionary<string, Asset> _assets = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(n => n.StartsWith("assets/", StringComparison.Ordinal) || n.StartsWith("framework/", StringComparison.Ordinal))
        .ToFrozenDictionary(n => n.Replace('\\', '/').Replace("framework/", "_framework/", StringComparison.Ordinal), Read, StringComparer.Ordinal);

    /// <summary>The address of an asset, which changes with its content.</summary>
    public string Url(string name) => $"/{name}?v={_assets[name].Tag}";

    public IEnumerable<string> Names => _assets.Keys;

    public IResult Send(string name, HttpContext context)
    {
        var asset = _assets[name];
        context.Response.Headers.CacheControl = context.Request.Query["v"] == asset.Tag ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(asset.Bytes, asset.Type, entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{asset.Tag}\""));
    }

    private static Asset Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new Asset(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12], Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".woff2" => "font/woff2",
            ".svg" => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        });
    }

    private sealed record Asset(byte[] Bytes, string Tag, string Type);
}

internal static class AssetEndpoints
{
    public static void MapAssets(this WebApplication app)
    {
        var files = app.Services.GetRequiredService<AssetFiles>();
        foreach (var name in files.Names)
        {
            app.MapGet($"/{name}", (HttpContext context) => files.Send(name, context)).AllowAnonymous().ExcludeFromDescription();
        }

        app.MapGet("/favicon.ico", (HttpContext context) => files.Send("assets/mark.svg", context)).AllowAnonymous().ExcludeFromDescription();
    }
}
