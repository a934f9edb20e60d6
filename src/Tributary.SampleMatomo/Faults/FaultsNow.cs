namespace Tributary.SampleMatomo.Faults;

/// <summary>The faults one request meets.</summary>
internal sealed class FaultsNow(IReadOnlyList<SampleFault> faults)
{
    public static FaultsNow None { get; } = new([]);

    public DateOnly? SilentDay => Of(SampleFaultKind.Zero)?.Date;

    public SampleFault? Of(SampleFaultKind kind) => faults.FirstOrDefault(f => f.Kind == kind);

    public bool AllOf(SampleFaultKind kind) => faults.All(f => f.Kind == kind);

    public TimeSpan Delay => TimeSpan.FromMilliseconds(faults.Where(f => f.Kind == SampleFaultKind.Late).Sum(f => f.Number));
}
