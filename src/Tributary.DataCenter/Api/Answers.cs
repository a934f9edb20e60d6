using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.Net.Http.Headers;
using System.Reflection;

namespace Tributary.DataCenter.Api;

/// <summary>An answer that says by its tag which state it shows: asked again with the tag, an unchanged one is not sent.</summary>
/// <typeparam name="T">The form.</typeparam>
internal sealed class Tagged<T>(T value) : IResult, IEndpointMetadataProvider
{
    /// <summary>The address of the next page; null for none.</summary>
    public string? Next { get; init; }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options);
        var response = httpContext.Response;
        if (Next is not null)
        {
            response.Headers.Link = $"<{Next}>; rel=\"next\"";
        }

        if (Tags.IsKnown(httpContext, Tags.OfBytes(body)))
        {
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}

/// <summary>Tags of states.</summary>
internal static class Tags
{
    public static EntityTagHeaderValue OfBytes(ReadOnlySpan<byte> content) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");

    /// <summary>The tag of a form as it is sent.</summary>
    public static EntityTagHeaderValue Of<T>(T form) => OfBytes(JsonSerializer.SerializeToUtf8Bytes(form, ApiJson.Options));

    /// <summary>Sets the tag; whether the caller has that state already, and the answer is whole with 304.</summary>
    public static bool IsKnown(HttpContext context, EntityTagHeaderValue tag)
    {
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.Vary = "Accept, Authorization, Cookie";
        if (!EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known) || !known.Any(k => k.Compare(tag, useStrongComparison: false) || k.Tag == "*"))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>Whether the caller says which state a change is of.</summary>
    public static bool AreWanted(HttpContext context) => context.Request.Headers.IfMatch.Count > 0;

    /// <summary>The refusal of a change of a state that is not there any more.</summary>
    public static CallException Changed() => new(StatusCodes.Status412PreconditionFailed, "web.changed_meanwhile", "It was changed since you read it. Read it again, and send its new ETag with the change.");

    /// <summary>Refuses a change of a state that the caller has not seen.</summary>
    /// <exception cref="CallException">It says which state it means, and it is not this one; or what it says is no tag.</exception>
    public static void Demand<T>(HttpContext context, T form)
    {
        if (!AreWanted(context))
        {
            return;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(context.Request.Headers.IfMatch, out var wanted))
        {
            throw new CallException(StatusCodes.Status400BadRequest, "web.malformed", "If-Match is not a list of tags. Send the ETag of the answer as it came, with its quotation marks.");
        }

        if (!wanted.Any(w => w.Tag == "*" || w.Compare(Of(form), useStrongComparison: true)))
        {
            throw Changed();
        }
    }
}
