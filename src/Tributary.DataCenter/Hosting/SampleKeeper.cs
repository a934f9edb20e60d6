namespace Tributary.DataCenter.Hosting;

/// <summary>The sample Matomo that a person started to look around.</summary>
internal sealed class SampleKeeper(DataCenterOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SampleServer? _server;

    /// <summary>Whether one can be started.</summary>
    public bool IsOffered => options.Sample is not null;

    /// <summary>The running sample, started when it is not.</summary>
    public async Task<SampleServer> StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _server ??= await options.Sample!(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends it.</summary>
    public async Task StopAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_server is { } server)
            {
                _server = null;
                await server.Stop();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _gate.Dispose();
    }
}
