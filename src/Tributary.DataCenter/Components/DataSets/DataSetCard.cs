using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Tributary.Model;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>A sheet of the DataSet page that reads its own part of the DataSet: anew after each run, and when the part of the address it looks at changes.</summary>
public abstract class DataSetCard : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private string? _read;

    /// <summary>The workspace.</summary>
    [Inject]
    public required Workspace Workspace { get; set; }

    /// <summary>Addresses.</summary>
    [Inject]
    public required NavigationManager Navigation { get; set; }

    /// <summary>The DataSet.</summary>
    [Parameter, EditorRequired]
    public required DataSet DataSet { get; set; }

    /// <summary>Another number after each run.</summary>
    [Parameter]
    public int Version { get; set; }

    /// <summary>The page's address.</summary>
    [Parameter]
    public string Address { get; set; } = "";

    /// <summary>Why it could not be read; null when it could.</summary>
    protected Exception? Failure { get; private set; }

    /// <summary>The DataSet's name.</summary>
    protected string Name => DataSet.Definition.Name;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads it.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>What of the address it depends on.</summary>
    protected virtual string Key => "";

    /// <summary>Reads it again, whether or not anything changed.</summary>
    protected async Task ReadAgainAsync()
    {
        try
        {
            await ReadAsync(_gone.Token);
            Failure = null;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (TributaryException error)
        {
            Failure = error;
        }
    }

    /// <summary>A value of the address; null when it is not there.</summary>
    protected string? Query(string name) => QueryHelpers.ParseQuery(new Uri(Address).Query).TryGetValue(name, out var values) && values is [{ Length: > 0 } one, ..] ? one : null;

    /// <summary>The address with other values; null takes one away.</summary>
    protected string AddressWith(params (string Name, string? Value)[] values) =>
        Navigation.GetUriWithQueryParameters(Address, values.ToDictionary(v => v.Name, v => (object?)v.Value, StringComparer.Ordinal));

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        var key = $"{Version} {Key}";
        if (_read != key)
        {
            _read = key;
            await ReadAgainAsync();
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
