using Tributary.Model;

namespace Tributary.Tests.Runs;

/// <summary>Tells progress on the thread that makes it, before the run goes on.</summary>
internal sealed class DirectProgress(Action<RunProgress> report) : IProgress<RunProgress>
{
    public void Report(RunProgress value) => report(value);
}
