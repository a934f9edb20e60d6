using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Tributary.DataCenter.Tests;

/// <summary>A small OpenID Connect provider on loopback: discovery, keys, tokens, user information. People agree at once.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "tributary";
    public const string ClientSecret = "a-secret-that-only-the-two-know";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, IReadOnlyDictionary<string, object> InToken, IReadOnlyDictionary<string, object> InUserInfo)> _codes = new();
    private readonly WebApplication _app;

    private FakeProvider()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.First());

    private string Issuer => Address.ToString().TrimEnd('/');

    public static async Task<FakeProvider> StartAsync()
    {
        var provider = new FakeProvider();
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>Somebody agrees: where the provider sends their browser.</summary>
    /// <param name="asked">Where the Data Center sent it.</param>
    /// <param name="inToken">What the token says of them.</param>
    /// <param name="inUserInfo">What is told at the second address.</param>
    public string Agree(Uri asked, Dictionary<string, object> inToken, Dictionary<string, object> inUserInfo)
    {
        Assert.StartsWith(Issuer, asked.ToString(), StringComparison.Ordinal);
        var query = System.Web.HttpUtility.ParseQueryString(asked.Query);
        Assert.Equal((ClientId, "code"), (query["client_id"], query["response_type"]));
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["nonce"]!, inToken, inUserInfo);
        return $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                await context.Response.WriteAsJsonAsync(new
                {
                    issuer = Issuer,
                    authorization_endpoint = $"{Issuer}/authorize",
                    token_endpoint = $"{Issuer}/token",
                    userinfo_endpoint = $"{Issuer}/userinfo",
                    jwks_uri = $"{Issuer}/keys",
                });
                return;
            case "/keys":
                var key = _key.ExportParameters(false);
                await context.Response.WriteAsJsonAsync(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", alg = "RS256", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
                return;
            case "/token":
                var form = await context.Request.ReadFormAsync();
                Assert.Equal(ClientSecret, form["client_secret"]);
                Assert.NotEmpty(form["code_verifier"].ToString());
                var code = form["code"].ToString();
                await context.Response.WriteAsJsonAsync(new { access_token = code, token_type = "Bearer", expires_in = 60, id_token = TokenOf(_codes[code].Nonce, _codes[code].InToken) });
                return;
            case "/userinfo":
                await context.Response.WriteAsJsonAsync(_codes[context.Request.Headers.Authorization.ToString()["Bearer ".Length..]].InUserInfo);
                return;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }
    }

    private string TokenOf(string nonce, IReadOnlyDictionary<string, object> claims)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = new Dictionary<string, object>(claims) { ["iss"] = Issuer, ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 60, ["nonce"] = nonce };
        var text = $"{Part(new { alg = "RS256", typ = "JWT", kid = "1" })}.{Part(body)}";
        return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
