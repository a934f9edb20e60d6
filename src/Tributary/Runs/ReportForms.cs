using Tributary.Matomo.Catalog;

namespace Tributary.Runs;

/// <summary>What a server has shown it does not do for a report, over the windows of a run. Only reports that plugins announce are unknown in this.</summary>
internal sealed class ReportForms
{
    private volatile bool _flatIsIgnored;
    private volatile bool _expandedIsIgnored;
    private volatile int _visitsPerPage = MostVisitsPerPage;

    // Live computes its answer from raw logs; 500 visits with their actions stay far below a PHP memory limit of 128 MB.
    private const int MostVisitsPerPage = 500;

    // A server that cannot answer so few is down, or has visits that no page can hold.
    private const int FewestVisitsPerPage = 15;

    /// <summary>How many visits of the log to ask for at once.</summary>
    public int VisitsPerPage => _visitsPerPage;

    /// <summary>Asks for half as many from now on; false when that would be too few.</summary>
    public bool AskForFewerVisits()
    {
        if (_visitsPerPage / 2 < FewestVisitsPerPage)
        {
            return false;
        }

        _visitsPerPage /= 2;
        return true;
    }

    /// <summary>Whether <c>flat=1</c> was answered with rows that still have tables below them (no recorded flat reply has any).</summary>
    public bool FlatIsIgnored => _flatIsIgnored;

    /// <summary>The report as it is to be asked for.</summary>
    public ReportDefinition Of(ReportDefinition report) => _flatIsIgnored
        ? report with { FlatWorks = false, ExpandedWorks = report.ExpandedWorks && !_expandedIsIgnored }
        : report;

    /// <summary>A flat request was answered as if it were a plain one.</summary>
    public void IgnoresFlat() => _flatIsIgnored = true;

    /// <summary>So was an expanded one.</summary>
    public void IgnoresExpanded() => _expandedIsIgnored = true;
}
