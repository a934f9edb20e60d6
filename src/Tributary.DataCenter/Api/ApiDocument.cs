using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>The API as a document that programs read (OpenAPI).</summary>
internal static class ApiDocument
{
    public const string Address = "/openapi/v1.json";

    private const string About = """
        Everything the Data Center does, for programs.

        A key opens it: `Authorization: Bearer trb_…`, or HTTP basic authentication with any user and the key as password, which is what spreadsheets send. Keys are made in the Data Center under Settings, or by `tributary key add`.
        DataSets are named by name, id or table. Lists come by page: follow `Link: rel="next"`. Answers carry an `ETag`: with `If-None-Match` an unchanged one is not sent again.
        Every failure is a problem (RFC 9457) with a stable `code`, and `errors` for each field that is wrong.
        """;

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        // Generators and BI tools that know 3.1 are still few.
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        o.ShouldInclude = d => d.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) ?? false;
        o.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } id ? NameOf(id) : null;
        o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Tributary", Version = "v1", Description = About };

            // Where the document came from: a program that reads it need not be told the host twice.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "trb_…", Description = "An API key." },
                ["basic"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "Any user, the API key as password." },
            };
            return Task.CompletedTask;
        });
        o.AddOperationTransformer(DescribeAsync);
        o.AddDocumentTransformer((document, _, _) =>
        {
            foreach (var schema in document.Components?.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
            {
                foreach (var (name, property) in schema.Properties?.ToList() ?? [])
                {
                    schema.Properties![name] = Plain(property);
                }
            }

            foreach (var media in document.Paths.Values.SelectMany(p => p.Operations ?? []).SelectMany(o => o.Value.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>()).Select(c => c.Value))
            {
                // A body that may be left out is said by the operation; its type is one all the same.
                media.Schema = media.Schema?.OneOf is [_, OpenApiSchemaReference one] ? one : media.Schema;
            }

            return Task.CompletedTask;
        });
        o.AddSchemaTransformer((schema, _, _) =>
        {
            // Fields are added as time goes on; a client must not refuse them.
            schema.AdditionalPropertiesAllowed = true;
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocument(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi/{documentName}.json").Needs(KeyScope.Read);

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var needed = context.Description.ActionDescriptor.EndpointMetadata.OfType<NeededScope>().Last();
        operation.Description = string.Join("\n\n", new[] { operation.Description, needed.Scope is { } scope ? $"Scope: {FormText.Snake(scope)}." : "For managers who are signed in." }.Where(t => !string.IsNullOrEmpty(t)));
        operation.Security = needed.Scope is null ? [] :
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("basic", context.Document)] = [] },
        ];
        var problem = new OpenApiResponse
        {
            Description = "A problem: what happened, whose side, what to do.",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [ApiProblems.ContentType] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(ProblemForm), null, cancellationToken) } },
        };
        context.Document!.Components ??= new OpenApiComponents();
        context.Document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
        context.Document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        context.Document.Components.Schemas.TryAdd(NameOf(nameof(ProblemForm)), problem.Content[ApiProblems.ContentType].Schema!);
        problem.Content[ApiProblems.ContentType].Schema = new OpenApiSchemaReference(NameOf(nameof(ProblemForm)), context.Document);
        context.Document.Components.Responses.TryAdd("Problem", problem);
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponseReference("Problem", context.Document);
        if (operation.Responses.TryGetValue("200", out var ok) && ok.Content is not null)
        {
            foreach (var content in ok.Content.Where(c => c.Key != RowFormat.Json.MediaType))
            {
                content.Value.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            }
        }

        if (string.Equals(context.Description.HttpMethod, HttpMethods.Get, StringComparison.OrdinalIgnoreCase))
        {
            operation.Responses["304"] = new OpenApiResponse { Description = "Unchanged since the ETag in If-None-Match." };
        }
    }

    /// <summary>"This or null" as 3.0 writes it: one of two would make generators invent a type.</summary>
    private static IOpenApiSchema Plain(IOpenApiSchema schema) => schema.OneOf is [{ Type: JsonSchemaType.Null }, OpenApiSchemaReference one]
        ? new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.Null, AllOf = [one], Description = schema.Description }
        : schema;

    private static string NameOf(string type) => type.EndsWith("Form", StringComparison.Ordinal) ? type[..^"Form".Length] : type.EndsWith("Fields", StringComparison.Ordinal) ? type[..^"Fields".Length] + "Input" : type;
}
