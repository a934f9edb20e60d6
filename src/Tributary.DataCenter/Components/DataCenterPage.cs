using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Tributary.DataCenter.SignIn;
using Tributary.Model;

namespace Tributary.DataCenter.Components;

/// <summary>What pages share: the workspace, who looks, what failed, and an end to whatever is under way when the page is left.</summary>
public abstract class DataCenterPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <summary>The workspace.</summary>
    [Inject]
    public required Workspace Workspace { get; set; }

    /// <summary>The way of every change.</summary>
    [Inject]
    private protected Managing Managing { get; set; } = null!;

    /// <summary>Addresses.</summary>
    [Inject]
    public required NavigationManager Navigation { get; set; }

    /// <summary>The clock.</summary>
    [Inject]
    public required TimeProvider Clock { get; set; }

    /// <summary>Who looks.</summary>
    [CascadingParameter]
    public Task<AuthenticationState>? Authentication { get; set; }

    /// <summary>Whether the person may change things.</summary>
    protected bool IsManager { get; private set; }

    /// <summary>The person's name.</summary>
    protected string Who { get; private set; } = "";

    /// <summary>The person's id.</summary>
    protected string WhoId { get; private set; } = "";

    /// <summary>Why the page could not be filled; null when it could.</summary>
    protected Exception? Failure { get; private set; }

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Gone = _gone.Token;
        var user = Authentication is null ? null : (await Authentication).User;
        IsManager = user?.IsInRole(nameof(UserRole.Manager)) == true;
        Who = user?.Identity?.Name ?? "";
        WhoId = user?.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";
        await LoadAsync();
    }

    /// <summary>Fills the page.</summary>
    protected Task LoadAsync() => TryAsync(FillAsync);

    /// <summary>Reads what the page shows.</summary>
    protected virtual Task FillAsync() => Task.CompletedTask;

    /// <summary>Does something; what goes wrong is shown by the page.</summary>
    /// <returns>Whether all went well.</returns>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Failure = null;
        try
        {
            await work();
            return true;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // Whatever fails, the person is told and the page stays.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Failure = error;
            return false;
        }
    }

    /// <summary>Ends what is under way.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_gone.IsCancellationRequested)
        {
            _gone.Cancel();
            _gone.Dispose();
        }
    }
}
