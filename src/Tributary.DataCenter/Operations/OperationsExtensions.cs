using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tributary.DataCenter.Api;

namespace Tributary.DataCenter.Operations;

/// <summary>What operators ask a program: does it live, can it work, how does it do.</summary>
internal static class OperationsExtensions
{
    private const string Metrics = "/metrics";

    // The standard's own variable: there is nothing of ours to set.
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Adds what <see cref="UseOperations"/> needs, and sends traces where the environment says so.</summary>
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<WorkspaceFigures>();
        services.AddSingleton<Readiness>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("tributary", serviceVersion: typeof(OperationsExtensions).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(m => m.AddMeter(Signals.Name, WorkspaceFigures.Name).AddPrometheusExporter(o =>
            {
                o.ScrapeEndpointPath = Metrics;
                // The exporter would give what it said up to 300 ms ago, without a run that has ended since.
                o.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        if (Environment.GetEnvironmentVariable(OtlpEndpoint) is { Length: > 0 })
        {
            telemetry.WithTracing(t => t.AddSource(Signals.Name, Signals.Requests).AddOtlpExporter());
        }
    }

    /// <summary>Answers <c>/health/live</c> and <c>/health/ready</c>, by whatever name they are asked and before anything that asks for a sign-in.</summary>
    public static void UseOperations(this WebApplication app)
    {
        app.Map("/health/live", live => live.Run(context => AnswerAsync(context, true, [])));
        app.Map("/health/ready", ready => ready.Run(async context =>
        {
            var checks = await context.RequestServices.GetRequiredService<Readiness>().CheckAsync(context.RequestAborted);
            await AnswerAsync(context, checks.All(c => c.IsFine), checks);
        }));
    }

    /// <summary>Answers <c>/metrics</c>, before anything that asks for a sign-in.</summary>
    public static void UseMetrics(this WebApplication app) =>
        app.UseWhen(
            context => context.Request.Path == Metrics,
            metrics =>
            {
                metrics.Use(RefuseOthersAsync);
                metrics.UseOpenTelemetryPrometheusScrapingEndpoint();
            });

    private static async Task AnswerAsync(HttpContext context, bool isFine, IReadOnlyList<ReadinessCheck> checks)
    {
        context.Response.StatusCode = isFine ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", isFine ? "ok" : "not_ready");
        foreach (var check in checks)
        {
            json.WriteStartObject(check.Name);
            json.WriteBoolean("ok", check.IsFine);
            if (check.Code is { } code)
            {
                json.WriteString("code", code);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Programs of this machine may read the metrics as they are, others with a key that may read.</summary>
    private static async Task RefuseOthersAsync(HttpContext context, RequestDelegate next)
    {
        var secret = ApiKeyHandler.SecretOf(context.Request.Headers.Authorization.ToString());
        if (!IsFromHere(context) && (secret is null || await context.RequestServices.GetRequiredService<Workspace>().Access.FindKeyAsync(secret, context.RequestAborted) is null))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer realm=\"Tributary\"");
            return;
        }

        await context.RequestServices.GetRequiredService<WorkspaceFigures>().LookAsync(context.RequestAborted);
        await next(context);
    }

    // What a proxy on this machine passes on comes from anywhere.
    private static bool IsFromHere(HttpContext context) => context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey(HeaderNames.Via);
}
