using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>What holds for the whole workspace; keys and people, which no key may touch.</summary>
internal static class SettingsRoutes
{
    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("").WithTags("Settings");
        settings.MapGet("/settings", GetAsync).Needs(KeyScope.Read).WithName("GetSettings").WithSummary("The workspace's settings");
        settings.MapPatch("/settings", EditAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("EditSettings").WithSummary("Change the workspace's settings");
        settings.MapGet("/keys", KeysAsync).NeedsPerson().WithName("ListKeys").WithSummary("API keys").WithDescription("For people who are signed in. Keys are made in the Data Center or by tributary key add, where what opens is shown once.");
        settings.MapDelete("/keys/{key}", RevokeAsync).NeedsPerson().WithName("RevokeKey").WithSummary("Revoke an API key");
        settings.MapGet("/users", UsersAsync).NeedsPerson().WithName("ListUsers").WithSummary("People who may sign in");
        settings.MapGet("/antiforgery", Antiforgery).Needs(KeyScope.Read).WithName("GetAntiforgery").WithSummary("What a change must carry when it comes with a cookie");
    }

    private static async Task<Tagged<SettingsForm>> GetAsync(Workspace workspace, CancellationToken cancellationToken) => new(await FormOfAsync("", workspace, cancellationToken));

    private static Task<string> IdOfAsync(string name, Workspace workspace, CancellationToken cancellationToken) => Task.FromResult(name);

    private static async Task<SettingsForm> FormOfAsync(string name, Workspace workspace, CancellationToken cancellationToken) =>
        new(await workspace.GetTimeZoneAsync(cancellationToken), await workspace.Runs.GetKeepDaysAsync(cancellationToken));

    private static async Task<Tagged<SettingsForm>> EditAsync(SettingsFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.SetSettingsAsync(fields.TimeZone, fields.KeepRunRecordsDays, cancellationToken);
        return await GetAsync(workspace, cancellationToken);
    }

    private static async Task<Tagged<IReadOnlyList<KeyForm>>> KeysAsync(Workspace workspace, CancellationToken cancellationToken) => new([.. (await workspace.Access.ListKeysAsync(cancellationToken)).Select(KeyForm.Of)]);

    private static async Task<NoContent> RevokeAsync(string key, Workspace workspace, CancellationToken cancellationToken) => await workspace.Access.RevokeKeyAsync(key, cancellationToken)
        ? TypedResults.NoContent()
        : throw new InputException("key", "There is no such key, or it was revoked before.") { Missing = key };

    private static async Task<Tagged<IReadOnlyList<UserForm>>> UsersAsync(Workspace workspace, CancellationToken cancellationToken) => new([.. (await workspace.Access.ListUsersAsync(cancellationToken)).Select(UserForm.Of)]);

    private static Ok<AntiforgeryForm> Antiforgery(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return TypedResults.Ok(new AntiforgeryForm(tokens.HeaderName!, tokens.RequestToken!));
    }
}
