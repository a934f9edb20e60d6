using System.Globalization;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>A partition, or several of one week, as a strip shows it.</summary>
/// <param name="State">What is shown.</param>
/// <param name="Title">Date, state, rows, Others share, read at; shown while the mouse rests on it.</param>
public sealed record PartitionCell(CellState State, string Title = "")
{
    /// <summary>Whether Matomo may still change it, where the state says something worse.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>A strip in words, by its counts: "12 final, 2 provisional".</summary>
    public static string CountsOf(IEnumerable<CellState> states)
    {
        var counts = states.Where(s => s != CellState.Nothing).CountBy(s => s).OrderBy(c => c.Key).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {WordOf(c.Key)}")).ToList();
        return counts.Count == 0 ? "nothing stored" : string.Join(", ", counts);
    }

    /// <summary>The word of a state.</summary>
    public static string WordOf(CellState state) => state switch
    {
        CellState.Final => "final",
        CellState.Provisional => "provisional",
        CellState.Truncated => "truncated",
        CellState.Failed => "failed",
        CellState.Missing => "missing",
        _ => "nothing expected",
    };
}

/// <summary>The states a cell can show, the best first.</summary>
public enum CellState
{
    /// <summary>Stored, and not expected to change.</summary>
    Final,

    /// <summary>Stored, and Matomo may still change it.</summary>
    Provisional,

    /// <summary>Stored with rows cut off by Matomo.</summary>
    Truncated,

    /// <summary>Expected and not stored.</summary>
    Missing,

    /// <summary>Asked for in vain.</summary>
    Failed,

    /// <summary>Not asked for.</summary>
    Nothing,
}
