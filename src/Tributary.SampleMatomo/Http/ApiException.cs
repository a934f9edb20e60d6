namespace Tributary.SampleMatomo.Http;

/// <summary>An answer that is an error, with the status Matomo 5.2 gives it. Parameter errors come with 200.</summary>
internal sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>Raised before the API starts: if no <c>format</c> stands in the query, it is an HTML page.</summary>
    public bool BeforeDispatch { get; init; }

    public static ApiException Parameter(string message) => new(200, message);

    public static ApiException Missing(string name) => Parameter($"Please specify a value for '{name}'.");

    public static ApiException NoAccess(string message) => new(401, message);

    public static ApiException Php(string message) => new(500, message);
}
