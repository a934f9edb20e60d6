using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.DataCenter.Components.Parts;
using Tributary.DataCenter.Forms;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Why a call did not do what was asked (RFC 9457).</summary>
/// <param name="Title">What went wrong, in a word or two.</param>
/// <param name="Status">The status.</param>
/// <param name="Detail">What happened, to what, and what to do.</param>
/// <param name="Code">A stable code, as docs/errors.md lists them.</param>
/// <param name="Fault">Whose side: setup, source, destination, workspace or defect.</param>
/// <param name="Errors">What is wrong with each field; null when it is not about fields.</param>
internal sealed record ProblemForm(string Title, int Status, string Detail, string Code, string Fault, IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>Failures as problems.</summary>
internal static partial class ApiProblems
{
    public const string ContentType = "application/problem+json";

    /// <summary>A failure as the answer to a call.</summary>
    public static ProblemForm Of(Exception error, RouteValueDictionary route) => error switch
    {
        InputException { Missing: { } missing } e when route.Values.Any(v => string.Equals(v as string, missing, StringComparison.Ordinal)) => Make(404, e.Code, Fault.Setup, ApiFields.InAnswer(e.Problems[0].Message)),
        InputException e => Make(422, e.Code, Fault.Setup, string.Join(' ', e.Problems.Select(p => ApiFields.InAnswer(p.Message)))) with
        {
            Errors = e.Problems.GroupBy(p => ApiFields.NameOf(p.Field), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(p => ApiFields.InAnswer(p.Message)).ToArray(), StringComparer.Ordinal),
        },
        CallException e => Make(e.Status, e.Code, Fault.Setup, e.Message),
        BadHttpRequestException e => Malformed(e),
        TributaryException e => Make(StatusOf(e), e.Code, e.Fault, ApiFields.InAnswer(e.Message)),
        MatomoException e => Make(502, Workspace.CodeOf(e), Fault.Source, ApiFields.InAnswer(e.Message)),
        _ => Make(500, FailureWords.Of(error).Code, Fault.Defect, FailureWords.Of(error).Message),
    };

    /// <summary>A status that was set without a word.</summary>
    public static ProblemForm Of(int status, NeededScope? needed) => status switch
    {
        401 => Make(401, "web.no_sign_in", Fault.Setup, "Sign in, or send a key: Authorization: Bearer trb_… Keys are made in the Data Center under Settings."),
        403 when needed is { Scope: null } => Make(403, "web.not_allowed", Fault.Setup, "Only a manager who is signed in may do this; a key may not."),
        403 => Make(403, "web.not_allowed", Fault.Setup, $"This needs a key with the scope {FormText.Snake(needed?.Scope ?? KeyScope.Manage)}, or a manager who is signed in."),
        404 => Make(404, "web.no_such_address", Fault.Setup, "There is nothing at this address. /openapi/v1.json lists what there is."),
        405 => Make(405, "web.no_such_method", Fault.Setup, "This address does not take that method. /openapi/v1.json lists what it takes."),
        415 => Make(415, "web.malformed", Fault.Setup, "The body must be JSON: send Content-Type: application/json."),
        _ => Make(status, "web.malformed", Fault.Setup, "The call could not be read."),
    };

    /// <summary>Sends a problem, unless the answer is under way.</summary>
    public static async Task SendAsync(HttpContext context, ProblemForm problem)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        context.Response.Headers.ETag = default;
        context.Response.Headers.ContentDisposition = default;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = problem.Status;
        await context.Response.WriteAsJsonAsync(problem, ApiJson.Options, ContentType);
    }

    private static ProblemForm Malformed(BadHttpRequestException error)
    {
        if (error.InnerException is JsonException { Path: { } path } json)
        {
            var field = path.TrimStart('$').TrimStart('.');
            var message = json.Message.Contains("could not be mapped to any", StringComparison.Ordinal) ? $"There is no field '{field}'. /openapi/v1.json lists the fields." : "This is not JSON, or not of the type the field takes. /openapi/v1.json lists the types.";
            return Make(400, "web.malformed", Fault.Setup, message) with { Errors = field.Length == 0 ? null : new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] } };
        }

        // The framework's own words name types of the program.
        if (Bound().Match(error.Message) is { Success: true } bound)
        {
            var (field, text) = (bound.Groups["field"].Value, bound.Groups["text"].Value);
            var message = $"'{text}' is not of the type '{field}' takes. /openapi/v1.json lists the types.";
            return Make(error.StatusCode, "web.malformed", Fault.Setup, message) with { Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] } };
        }

        return Make(error.StatusCode, "web.malformed", Fault.Setup, error.Message.Contains("inferred for parameter", StringComparison.Ordinal)
            ? "The call needs a body: send JSON. /openapi/v1.json lists the fields."
            : error.Message);
    }

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (?<field>\\w+)\" from \"(?<text>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Bound();

    private static int StatusOf(TributaryException error) => error.Code switch
    {
        "query.sql" or "query.too_large" => 422,
        "destination.no_table" => 409,
        _ => error.Fault switch
        {
            Fault.Setup => 409,
            Fault.Source => 502,
            Fault.Destination or Fault.Workspace => 503,
            _ => 500,
        },
    };

    private static ProblemForm Make(int status, string code, Fault fault, string detail) => new(TitleOf(status), status, detail, code, FormText.Snake(fault), null);

    private static string TitleOf(int status) => status switch
    {
        400 => "Malformed call",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "No such method",
        406 => "No such format",
        409 => "Not possible now",
        412 => "Changed meanwhile",
        415 => "Not JSON",
        421 => "Not this host",
        422 => "Wrong input",
        502 => "Matomo's side",
        503 => "Not possible now",
        _ => "Failed",
    };
}

/// <summary>A call that cannot be done as it is.</summary>
internal sealed class CallException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
