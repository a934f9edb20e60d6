using System.Text;

namespace Tributary.SampleMatomo.Http;

/// <summary>An answer before it is sent.</summary>
internal sealed record Reply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public const string Json = "application/json; charset=utf-8";
    public const string Html = "text/html; charset=utf-8";
    public const string Plain = "text/plain; charset=utf-8";

    public Reply(int status, string contentType, string body)
        : this(status, contentType, Encoding.UTF8.GetBytes(body))
    {
    }

    /// <summary>Seconds of the Retry-After header.</summary>
    public int? RetryAfter { get; init; }
}
