using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.Alerts;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>What can be read.</summary>
internal static class ReportRoutes
{
    public static void MapReports(this IEndpointRouteBuilder api)
    {
        var reports = api.MapGroup("/reports").WithTags("Reports");
        reports.MapGet("", ListAsync).Needs(KeyScope.Read).WithName("ListReports").WithSummary("Reports on offer");
        reports.MapGet("/{report}", GetAsync).Needs(KeyScope.Read).WithName("GetReport").WithSummary("One report: fields, parameters, dimensions, columns");
    }

    private static async Task<Tagged<IReadOnlyList<ReportForm>>> ListAsync(
        Workspace workspace,
        [Description("As this account's server offers them; the built-in catalog when left out.")] string? account,
        [Description("Only those of the group.")] string? group,
        CancellationToken cancellationToken) => new([.. (await workspace.Reports.ListAsync(account, group, cancellationToken)).Select(ReportForm.Of)]);

    private static async Task<Tagged<ReportDetailForm>> GetAsync(string report, [Description("As this account's server offers it.")] string? account, Workspace workspace, CancellationToken cancellationToken) =>
        new(ReportDetailForm.Of(await workspace.Reports.DescribeAsync(report, account, cancellationToken)));
}

/// <summary>Who is told what.</summary>
internal static class AlertRoutes
{
    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).Needs(KeyScope.Read).WithName("ListAlerts").WithSummary("Alerts by name");
        alerts.MapPost("", AddAsync).Needs(KeyScope.Manage).WithName("AddAlert").WithSummary("Add an alert by e-mail or webhook");
        alerts.MapGet("/{alert}", GetAsync).Needs(KeyScope.Read).WithName("GetAlert").WithSummary("One alert");
        alerts.MapPatch("/{alert}", EditAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("EditAlert").WithSummary("Change what an alert tells, and of which DataSets").WithDescription("Only what is given changes. Without DataSets and tags every DataSet is meant. Where messages go is kept: another place is another alert.");
        alerts.MapPost("/{alert}/test", TestAsync).Needs(KeyScope.Manage).WithName("TestAlert").WithSummary("Send a test message at once");
        alerts.MapDelete("/{alert}", DeleteAsync).Needs(KeyScope.Manage).WithName("RemoveAlert").WithSummary("Remove an alert with what it has yet to send");
    }

    private static async Task<Tagged<IReadOnlyList<AlertForm>>> ListAsync(Workspace workspace, CancellationToken cancellationToken) => new([.. (await workspace.Alerts.ListAsync(cancellationToken)).Select(AlertForm.Of)]);

    private static async Task<Created<AlertForm>> AddAsync(AlertFields fields, Workspace workspace, CancellationToken cancellationToken) =>
        Created(await workspace.Alerts.AddAsync(fields.ToAlert(), cancellationToken));

    private static Created<AlertForm> Created(Alert alert) => TypedResults.Created($"{ApiRoutes.Root}/alerts/{alert.Id}", AlertForm.Of(alert));

    private static async Task<Tagged<AlertForm>> GetAsync(string alert, Workspace workspace, CancellationToken cancellationToken) => new(await FormOfAsync(alert, workspace, cancellationToken));

    private static async Task<Tagged<AlertForm>> EditAsync(string alert, AlertChangeFields fields, Workspace workspace, CancellationToken cancellationToken) => new(AlertForm.Of(await workspace.Alerts.EditAsync(
        alert,
        new AlertChange { Name = fields.Name, On = fields.On is null ? null : string.Join(',', fields.On), DataSets = fields.Dataset, Tags = fields.Tag },
        cancellationToken)));

    private static async Task<string> IdOfAsync(string alert, Workspace workspace, CancellationToken cancellationToken) => (await workspace.Alerts.GetAsync(alert, cancellationToken)).Id;

    private static async Task<AlertForm> FormOfAsync(string alert, Workspace workspace, CancellationToken cancellationToken) => AlertForm.Of(await workspace.Alerts.GetAsync(alert, cancellationToken));

    private static async Task<Ok<TestedAlertForm>> TestAsync(string alert, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.Alerts.TestAsync(alert, cancellationToken);
        return TypedResults.Ok(new TestedAlertForm(alert));
    }

    private static async Task<NoContent> DeleteAsync(string alert, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.Alerts.RemoveAsync(alert, cancellationToken);
        return TypedResults.NoContent();
    }
}
