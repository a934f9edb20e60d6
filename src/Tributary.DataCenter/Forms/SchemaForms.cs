using Tributary.Model;

namespace Tributary.DataCenter.Forms;

/// <param name="Changes">Empty for the first run.</param>
internal sealed record SchemaVersionForm(string RunId, string At, IReadOnlyList<SchemaChangeForm> Changes, IReadOnlyList<ColumnForm> Columns)
{
    public static SchemaVersionForm Of(SchemaVersion version) => new(
        version.RunId, FormText.Instant(version.At), [.. version.Changes.Select(SchemaChangeForm.Of)], [.. version.Columns.Select(ColumnForm.Of)]);
}

/// <param name="From">The type before; null where the column is new.</param>
/// <param name="To">The type now; null where the column has vanished.</param>
internal sealed record SchemaChangeForm(string Kind, string Column, string? From, string? To)
{
    public static SchemaChangeForm Of(SchemaChange change) => new(
        FormText.Snake(change.Kind), change.Column, change.From is { } from ? FormText.Snake(from) : null, change.To is { } to ? FormText.Snake(to) : null);
}
