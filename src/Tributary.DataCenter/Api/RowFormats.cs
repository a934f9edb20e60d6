using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Tributary.DataCenter.Api;

/// <summary>A form in which rows are sent.</summary>
/// <param name="Name">What ?format= takes.</param>
/// <param name="MediaType">What Accept names.</param>
/// <param name="Extension">The end of a file's name.</param>
internal sealed record RowFormat(string Name, string MediaType, string Extension)
{
    public static RowFormat Json { get; } = new("json", "application/json", "json");

    public static RowFormat Csv { get; } = new("csv", "text/csv", "csv");

    public static RowFormat Xlsx { get; } = new("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx");

    public static IReadOnlyList<RowFormat> All { get; } =
    [
        Json,
        Csv,
        Xlsx,
        new("parquet", "application/vnd.apache.parquet", "parquet"),
        new("arrow", "application/vnd.apache.arrow.stream", "arrows"),
    ];

    /// <summary>The form that is asked for by name, or else by the Accept header; JSON when neither says.</summary>
    /// <exception cref="CallException">There is none of that name, or none that is accepted.</exception>
    public static RowFormat Of(HttpContext context, string? name)
    {
        if (name is not null)
        {
            return All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new CallException(StatusCodes.Status406NotAcceptable, "web.no_such_format", $"'{name}' is not one of {string.Join(", ", All.Select(f => f.Name))}.");
        }

        var accepted = context.Request.GetTypedHeaders().Accept;
        return accepted.Count == 0 ? Json
            : accepted.Where(a => a.Quality is not 0).OrderByDescending(a => a.Quality ?? 1).Select(Fitting).FirstOrDefault(f => f is not null)
            ?? throw new CallException(StatusCodes.Status406NotAcceptable, "web.no_such_format", $"Rows are sent as {string.Join(", ", All.Select(f => f.MediaType))}.");
    }

    /// <summary>Says what follows, and the name to save it by.</summary>
    public void Announce(HttpContext context, string name)
    {
        context.Response.ContentType = this == Csv ? "text/csv; charset=utf-8; header=present" : this == Json ? "application/json; charset=utf-8" : MediaType;
        var disposition = new ContentDispositionHeaderValue(this == Json ? "inline" : "attachment");
        disposition.SetHttpFileName($"{name}.{Extension}");
        context.Response.Headers.ContentDisposition = disposition.ToString();
    }

    private static RowFormat? Fitting(MediaTypeHeaderValue accepted) => accepted.MatchesAllTypes ? Json : All.FirstOrDefault(f => new MediaTypeHeaderValue(f.MediaType).IsSubsetOf(accepted));
}
