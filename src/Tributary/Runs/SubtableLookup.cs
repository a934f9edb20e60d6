using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>A subtable found by the label of its row.</summary>
/// <param name="Subtable">Its id, true for the site and date it was read at.</param>
/// <param name="Labels">The labels walked through, as Matomo sends them.</param>
internal sealed record FoundSubtable(long Subtable, IReadOnlyList<byte[]> Labels);

/// <summary>Looks the row up whose subtable is wanted: its id is never kept, since the next archiving gives the number to another row.</summary>
internal sealed class SubtableLookup(ReportReading reading, ReadCost cost)
{
    /// <summary>Finds the subtable; null when there is no such row, or nothing below it.</summary>
    /// <param name="request">The request for the subtable's rows, still without its id.</param>
    /// <param name="window">The one partition asked for.</param>
    /// <param name="label">The label, or labels joined by <c>&gt;</c> from the top down.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<FoundSubtable?> FindAsync(MatomoRequest request, Window window, string label, CancellationToken cancellationToken)
    {
        var parent = reading.Parent ?? reading.Report;
        var rows = await RowsAsync(parent, parent.Method, null, request, cancellationToken);

        // A label may hold a > itself: the whole is tried first, as Matomo's own label parameter does not.
        if (Match(rows, label) is { Subtable: { } whole } row)
        {
            return new FoundSubtable(whole, [row.Label]);
        }

        List<byte[]> walked = [];
        long? subtable = null;
        foreach (var part in label.Split('>'))
        {
            if (subtable is not null)
            {
                rows = await RowsAsync(parent, parent.SubtableMethod!, subtable, request, cancellationToken);
            }

            if (Match(rows, part.Trim()) is not { Subtable: { } id } next)
            {
                return null;
            }

            (subtable, walked) = (id, [.. walked, next.Label]);
        }

        return subtable is { } found ? new FoundSubtable(found, walked) : null;
    }

    private async Task<List<LabelledRow>> RowsAsync(ReportDefinition parent, string method, long? subtable, MatomoRequest request, CancellationToken cancellationToken)
    {
        var rows = new LabelCollector();
        var asked = request with { Method = method, Shape = ReplyShape.Table, Flat = false, Expanded = false, Subtable = subtable, Parameters = Merge(ReportRequests.Parameters(reading.Details, parent), reading.ParentParameters) };
        var read = cost.Add(await reading.Client.ReadAsync(asked, rows, cancellationToken));
        await new LimitProof(reading.Client, cost).ReadOnAsync(asked, read.Rows, rows, cancellationToken);
        return rows.Rows;
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string> parameters, IReadOnlyDictionary<string, string> further)
    {
        foreach (var (name, value) in further)
        {
            parameters[name] = value;
        }

        return parameters;
    }

    private static LabelledRow? Match(List<LabelledRow> rows, string label) =>
        rows.Find(r => r.Text == label) ?? rows.Find(r => r.Text.Trim() == label.Trim());
}
