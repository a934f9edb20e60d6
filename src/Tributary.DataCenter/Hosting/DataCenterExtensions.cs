using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tributary.DataCenter.Api;
using Tributary.DataCenter.Components;
using Tributary.DataCenter.Downloads;
using Tributary.DataCenter.Operations;
using Tributary.DataCenter.SignIn;

namespace Tributary.DataCenter.Hosting;

/// <summary>Mounts the Data Center into a host.</summary>
public static class DataCenterExtensions
{
    // The longest statement of the SQL page, every character of it escaped: more ends the connection, with all that was typed.
    private const long LongestMessage = 2 << 20;

    /// <summary>Adds what the pages and the API need.</summary>
    public static IServiceCollection AddDataCenter(this IServiceCollection services, Workspace workspace, DataCenterOptions options)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        services.AddSingleton(workspace);
        services.AddSingleton(options);
        services.AddSingleton<FirstStart>();
        services.AddSingleton<AssetFiles>();
        services.AddSingleton<SampleKeeper>();
        services.AddSingleton<SampleSet>();
        services.AddSingleton<LiveRuns>();
        services.AddScoped<PageClock>();
        services.AddScoped<Managing>();
        services.AddLogging();
        services.AddRouting();
        services.AddAntiforgery(o => o.Cookie.Name = $"tributary-form-{Sessions.SuffixOf(workspace)}");
        services.AddDataProtection().UseWorkspaceKeys(Path.Combine(workspace.Folder, "keys"));
        services.AddRazorComponents().AddInteractiveServerComponents(o => o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2))
            .AddHubOptions(o => o.MaximumReceiveMessageSize = LongestMessage);
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionWatch>();
        services.AddSessions(workspace, options);
        services.AddApi();
        services.AddOperations();
        return services;
    }

    /// <summary>Maps pages, assets and API.</summary>
    public static WebApplication MapDataCenter(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UsePublicAddress();
        app.UseMiddleware<SecurityHeaders>();
        app.UseOperations();
        app.UseApiErrors();
        app.UseMiddleware<KnownHosts>();
        app.UseMetrics();
        app.UseWhen(c => !ApiRoutes.IsCall(c), pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseHeadAsGet();
        app.UseRouting();
        app.UseSlashesInNames();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseFreshForms();
        app.MapAssets();
        app.MapSignIn();
        app.MapDownloads();
        app.MapApi();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
