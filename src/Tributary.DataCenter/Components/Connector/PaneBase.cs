using Microsoft.AspNetCore.Components;
using Tributary.DataCenter.Connector;

namespace Tributary.DataCenter.Components.Connector;

/// <summary>What the fields of a pane share.</summary>
public abstract class PaneBase : ComponentBase, IDisposable
{
    /// <summary>The page's state.</summary>
    [CascadingParameter]
    internal ConnectorState State { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => State.Changed += Anew;

    /// <summary>Lets the state go.</summary>
    protected virtual void Dispose(bool disposing) => State.Changed -= Anew;

    private void Anew() => _ = InvokeAsync(StateHasChanged);

    /// <summary>What is filled in.</summary>
    private protected ConnectorForm Form => State.Form;

    /// <summary>Sets a field and says which it was.</summary>
    private protected void Set<T>(Action<T> set, T value, params string[] fields)
    {
        set(value);
        State.Touch(fields);
    }

    /// <summary>Sets a choice that brings other fields.</summary>
    private protected void Choose<T>(Action<T> set, T value, params string[] fields)
    {
        set(value);
        State.Choose(fields);
    }

    /// <summary>What is wrong with a field.</summary>
    private protected string? Error(params string[] fields) => State.ErrorOf(fields);
}
