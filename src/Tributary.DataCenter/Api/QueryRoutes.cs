using System.ComponentModel;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>SQL over all DataSets.</summary>
internal static class QueryRoutes
{
    // Written on before it grows: an answer may have millions of rows.
    private const int ChunkBytes = 1 << 16;

    // More than any spreadsheet opens; less than the disk of a small server.
    private const long MostBytes = 2L << 30;

    // As long as before a screen; rows go to a file as they come, and need no limit.
    private static readonly QueryLimits Limits = QueryLimits.Screen with { MaxRows = null, MaxBytes = null };

    public static void MapQuery(this IEndpointRouteBuilder api)
    {
        Told(api.MapGet("/query", QueryAsync).Needs(KeyScope.Read).WithTags("SQL").WithName("Query").WithSummary("Ask the stored tables in DuckDB's SQL")
            .WithDescription("One statement that only reads, for a minute at most, without access to files or network."));
        Told(api.MapPost("/query", PostAsync).Accepts<QueryFields>("application/json", "application/x-www-form-urlencoded").Needs(KeyScope.Read).WithTags("SQL").WithName("QueryLong").WithSummary("Ask the stored tables with a statement too long for an address")
            .WithDescription("As the same address by GET."));
        Told(api.MapGet("/destinations/{destination}/query", QueryThereAsync).Needs(KeyScope.Manage).WithTags("SQL").WithName("QueryDestination").WithSummary("Ask a destination in its own SQL")
            .WithDescription("One statement that only reads, for a minute at most, with the rights of the account signed in there: it may see more than DataSets."));
        Told(api.MapPost("/destinations/{destination}/query", PostThereAsync).Accepts<QueryFields>("application/json", "application/x-www-form-urlencoded").Needs(KeyScope.Manage).WithTags("SQL").WithName("QueryDestinationLong").WithSummary("Ask a destination with a statement too long for an address")
            .WithDescription("As the same address by GET."));
    }

    private static void Told(RouteHandlerBuilder route) => route.Produces<IReadOnlyList<IReadOnlyDictionary<string, object?>>>(StatusCodes.Status200OK, RowFormat.Json.MediaType, RowFormat.Csv.MediaType, RowFormat.Xlsx.MediaType);

    private static Task QueryAsync(HttpContext context, Workspace workspace, [Description("The statement.")] string? sql, [Description("json, csv or xlsx; as the Accept header says when left out.")] string? format, [Description("guard: texts of CSV that a spreadsheet would take for a formula get an apostrophe in front. Left out, every text is as it is.")] string? formulas, CancellationToken cancellationToken) =>
        AnswerAsync(context, (statement, stop) => workspace.QueryAsync(statement, Limits, stop), sql, format, formulas, cancellationToken);

    private static async Task PostAsync(HttpContext context, Workspace workspace, CancellationToken cancellationToken)
    {
        var asked = await ReadAsync(context, cancellationToken);
        await QueryAsync(context, workspace, asked.Sql, asked.Format, asked.Formulas, cancellationToken);
    }

    private static async Task PostThereAsync(string destination, HttpContext context, Workspace workspace, CancellationToken cancellationToken)
    {
        var asked = await ReadAsync(context, cancellationToken);
        await QueryThereAsync(destination, context, workspace, asked.Sql, asked.Format, asked.Formulas, cancellationToken);
    }

    /// <summary>What a program asks, or a person by the form of a page.</summary>
    private static async Task<QueryFields> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            try
            {
                return await context.Request.ReadFromJsonAsync<QueryFields>(cancellationToken) ?? new QueryFields();
            }
            catch (JsonException error)
            {
                throw new BadHttpRequestException(error.Message, StatusCodes.Status400BadRequest, error);
            }
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        return new QueryFields { Sql = form["sql"], Format = form["format"], Formulas = form["formulas"] };
    }

    private static async Task QueryThereAsync(string destination, HttpContext context, Workspace workspace, [Description("The statement.")] string? sql, [Description("json, csv or xlsx; as the Accept header says when left out.")] string? format, [Description("guard: texts of CSV that a spreadsheet would take for a formula get an apostrophe in front. Left out, every text is as it is.")] string? formulas, CancellationToken cancellationToken)
    {
        await workspace.Destinations.GetAsync(destination, cancellationToken);
        await AnswerAsync(context, (statement, stop) => workspace.Destinations.QueryAsync(destination, statement, Limits, stop), sql, format, formulas, cancellationToken);
    }

    private static async Task AnswerAsync(HttpContext context, Func<string, CancellationToken, Task<QueryResult>> ask, string? sql, string? format, string? formulas, CancellationToken cancellationToken)
    {
        var chosen = RowFormat.Of(context, format);
        if (chosen != RowFormat.Json && chosen != RowFormat.Csv && chosen != RowFormat.Xlsx)
        {
            throw new InputException("format", "An answer is sent as json, csv or xlsx.");
        }

        var statement = string.IsNullOrWhiteSpace(sql) ? throw new InputException("sql", "Give a statement that reads.") : sql;

        // The data file is held while an answer is read: the whole answer goes to a file of its own first, so that who reads slowly keeps nobody waiting.
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, ChunkBytes, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        await using (var answer = await ask(statement, cancellationToken))
        {
            await (chosen == RowFormat.Csv ? WriteCsvAsync(answer, file, formulas == "guard", cancellationToken)
                : chosen == RowFormat.Xlsx ? Workspace.WriteWorkbookAsync(answer, file, cancellationToken)
                : WriteJsonAsync(answer, file, cancellationToken));
        }

        chosen.Announce(context, "query");
        if (context.Request.HasFormContentType)
        {
            context.Response.Headers.ContentDisposition = $"attachment; filename=query.{chosen.Extension}";
        }

        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.ContentLength = file.Length;
        file.Position = 0;
        await file.CopyToAsync(context.Response.Body, cancellationToken);
    }

    private static void RefuseLarge(Stream file)
    {
        if (file.Position > MostBytes)
        {
            throw new TributaryException("query.too_large", Fault.Setup, $"The answer is larger than {MostBytes >> 30} GB. Ask for fewer rows or columns.");
        }
    }

    private static async Task WriteCsvAsync(QueryResult answer, Stream body, bool isGuarded, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(false), ChunkBytes, leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync(CsvText.Line(answer.Columns.Select(c => c.Name)).AsMemory(), cancellationToken);
        await foreach (var row in answer.Rows.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(CsvText.Line(row, isGuarded).AsMemory(), cancellationToken);
            RefuseLarge(body);
        }
    }

    private static async Task WriteJsonAsync(QueryResult answer, Stream body, CancellationToken cancellationToken)
    {
        var names = RowJson.Distinct(answer.Columns.Select(c => c.Name));
        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        await foreach (var row in answer.Rows.WithCancellation(cancellationToken))
        {
            RowJson.Write(json, names, row);
            if (json.BytesPending > ChunkBytes)
            {
                await json.FlushAsync(cancellationToken);
                RefuseLarge(body);
            }
        }

        json.WriteEndArray();
    }
}
