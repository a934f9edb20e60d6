using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.DataCenter.Components.DataSets;
using Tributary.DataCenter.Components.Parts;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Downloads;

/// <summary>Rows of a DataSet as a file, with the filters of its page.</summary>
internal static class DownloadEndpoint
{
    private static readonly (string Format, string Type)[] Types =
    [
        ("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ("json", "application/json"),
        ("parquet", "application/vnd.apache.parquet"), ("arrow", "application/vnd.apache.arrow.stream"),
    ];

    public static void MapDownloads(this WebApplication app) => app.MapGet("/download/{table}", SendAsync).ExcludeFromDescription();

    private static async Task<Results<EmptyHttpResult, ContentHttpResult>> SendAsync(string table, string? format, string? formulas, Workspace workspace, HttpContext context)
    {
        var stop = context.RequestAborted;
        var type = Array.Find(Types, t => t.Format == (format ?? "csv"));
        if (type.Format is null || await workspace.FindNameOfTableAsync(table, stop) is not { } name)
        {
            return TypedResults.Text("There is no such DataSet, or no such format: csv, xlsx, json, parquet, arrow.", statusCode: StatusCodes.Status404NotFound);
        }

        try
        {
            var view = RowView.Read(context.Request.QueryString.Value ?? "");
            var options = new ExportOptions { Where = await workspace.Tables.ReadConditionAsync(name, view.Filters, stop), GuardFormulas = formulas != "keep", Columns = view.Columns };

            // Nothing is sent before all rows are made: until then a failure can still be told as one.
            context.Response.ContentType = type.Type;
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{table.ToLowerInvariant()}.{type.Format}\"";
            context.Response.Headers.CacheControl = "no-store";
            await workspace.ExportAsync(name, type.Format, options, context.Response.Body, stop);
            return TypedResults.Empty;
        }
        catch (TributaryException error) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return TypedResults.Text(FieldWords.InPage(error.Message), statusCode: error.Fault == Fault.Setup ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable);
        }
    }
}
