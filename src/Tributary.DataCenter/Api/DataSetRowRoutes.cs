using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Destinations;
using Tributary.DataCenter.Forms;
using Tributary.Model;
using Tributary.Tables;

namespace Tributary.DataCenter.Api;

/// <summary>The rows of a DataSet, for programs that read it by its address.</summary>
internal static class DataSetRowRoutes
{
    public static void MapDataSetRows(this IEndpointRouteBuilder api)
    {
        var dataSet = api.MapGroup("/datasets/{dataset}").WithTags("Rows");
        dataSet.MapGet("/rows", RowsAsync).Needs(KeyScope.Read).WithName("GetRows").WithSummary("The rows of a DataSet")
            .WithDescription("All rows as a file in the format asked for; or a page of them as JSON, when columns, filter, sort, take or offset is given. With If-None-Match nothing is sent while no run has changed a row.")
            .Produces<IReadOnlyList<IReadOnlyDictionary<string, object?>>>(StatusCodes.Status200OK, RowFormat.Json.MediaType, [.. RowFormat.All.Skip(1).Select(f => f.MediaType)]);
    }

    private static async Task RowsAsync(
        string dataset,
        HttpContext context,
        Workspace workspace,
        [Description("json, csv, xlsx, parquet or arrow; as the Accept header says when left out.")] string? format,
        [Description("Only these columns, with commas between.")] string? columns,
        [Description("column:operator:value, several times for all of them. Operators: equals, not_equals, contains, starts_with, less, less_or_equal, greater, greater_or_equal, is_null, is_not_null.")] string[]? filter,
        [Description("The column to sort by; with - before it the greatest comes first.")] string? sort,
        [Description("Rows of a page, 1 to 10000; 1000 when left out.")] int? take,
        [Description("Rows left out before the page.")] long? offset,
        [Description("guard: texts of CSV that a spreadsheet would take for a formula get an apostrophe in front. Left out, every text is as it is.")] string? formulas,
        CancellationToken cancellationToken)
    {
        var chosen = RowFormat.Of(context, format);
        var found = await workspace.GetDataSetAsync(dataset, cancellationToken);
        if (found.Columns.Count == 0)
        {
            throw new CallException(StatusCodes.Status409Conflict, "destination.no_table", $"'{found.Definition.Name}' has no rows yet. Run it first.");
        }

        if (Tags.IsKnown(context, Tags.OfBytes(Encoding.UTF8.GetBytes($"{await workspace.ReadRowsVersionAsync(dataset, cancellationToken)} {chosen.Name} {context.Request.QueryString}"))))
        {
            return;
        }

        var isPage = columns is not null || filter is { Length: > 0 } || sort is not null || take is not null || offset is not null;
        if (!isPage)
        {
            chosen.Announce(context, found.Table);
            await workspace.ExportAsync(dataset, chosen.Name, new ExportOptions { GuardFormulas = formulas == "guard" }, context.Response.Body, cancellationToken);
            return;
        }

        if (chosen != RowFormat.Json)
        {
            throw new InputException("format", "A page of rows is sent as JSON. Leave out columns, filter, sort, take and offset to get the whole table in another format.");
        }

        var request = new RowRequest
        {
            Columns = columns?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToArray() ?? [],
            Filters = [.. (filter ?? []).Select(FilterOf)],
            Sort = sort?.TrimStart('-'),
            Descending = sort?.StartsWith('-') ?? false,
            Offset = offset ?? 0,
            Take = take is < 1 ? throw new InputException("take", "A page has 1 to 10000 rows.") : take ?? Paging.Most,
        };
        await SendAsync(context, await workspace.Tables.ReadRowsAsync(dataset, request, cancellationToken), request);
    }

    private static async Task SendAsync(HttpContext context, RowPage page, RowRequest request)
    {
        context.Response.Headers["X-Total-Count"] = page.Total.ToString(CultureInfo.InvariantCulture);
        if (request.Offset + page.Rows.Count < page.Total && page.Rows.Count > 0)
        {
            context.Response.Headers.Link = $"<{Paging.With(context, "offset", (request.Offset + page.Rows.Count).ToString(CultureInfo.InvariantCulture))}>; rel=\"next\"";
        }

        var names = page.Columns.Select(c => c.Name).ToList();
        await context.Response.WriteAsJsonAsync(page.Rows.Select(r => new RowForm(names, r)), ApiJson.Options, "application/json; charset=utf-8", context.RequestAborted);
    }

    private static RowFilter FilterOf(string text)
    {
        var parts = text.Split(':', 3);
        return parts.Length < 2
            ? throw new InputException("filter", $"'{text}' is not a condition. Write column:operator:value, such as nb_visits:greater:10.")
            : new RowFilter(parts[0], Choice.Of<FilterOperator>("filter", parts[1])!.Value, parts.ElementAtOrDefault(2));
    }
}
