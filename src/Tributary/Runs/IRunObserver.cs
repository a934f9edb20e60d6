using Tributary.Model;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>Told of every run that ended, after its record is written.</summary>
internal interface IRunObserver
{
    /// <summary>A run ended.</summary>
    /// <param name="dataSet">The DataSet.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="isFinal">Whether nothing more comes of it; false when it will be tried again.</param>
    /// <param name="trigger">One of <see cref="RunTriggers"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task EndedAsync(DataSetRecord dataSet, RunResult result, bool isFinal, string trigger, CancellationToken cancellationToken);
}
