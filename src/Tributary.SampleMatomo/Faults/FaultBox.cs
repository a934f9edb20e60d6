namespace Tributary.SampleMatomo.Faults;

/// <summary>The faults in force; each counts down the requests it has spoilt.</summary>
internal sealed class FaultBox
{
    private readonly Lock _lock = new();
    private List<(SampleFault Fault, int? Left)> _faults = [];

    public void Add(SampleFault fault)
    {
        lock (_lock)
        {
            _faults.Add((fault, fault.Times));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _faults = [];
        }
    }

    /// <summary>The faults of this request.</summary>
    public IReadOnlyList<SampleFault> Take(string method, bool isReport)
    {
        lock (_lock)
        {
            List<SampleFault> taken = [];
            for (var i = 0; i < _faults.Count; i++)
            {
                var (fault, left) = _faults[i];
                if (left == 0 || !(isReport || fault.Everywhere) || (fault.Method is not null && fault.Method != method))
                {
                    continue;
                }

                taken.Add(fault);
                _faults[i] = (fault, left - 1);
            }

            return taken;
        }
    }
}
