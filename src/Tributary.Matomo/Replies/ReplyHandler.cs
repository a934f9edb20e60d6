using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>What to do with an object or array that stands inside a row.</summary>
public enum NestedTreatment
{
    /// <summary>Hand it over as one cell of kind <see cref="ReplyValueKind.Json"/>.</summary>
    Text,

    /// <summary>Hand its scalars over as cells of the row, the property names joined by <see cref="ReplyHandler.PathSeparator"/>; asked again for anything nested deeper.</summary>
    Cells,

    /// <summary>Each item of the array (or value of the object) is a child row, told between <see cref="ReplyHandler.BeginRow"/> and <see cref="ReplyHandler.EndRow"/> of its parent. An item that is not an object becomes a row with one cell named <c>value</c>.</summary>
    Rows,

    /// <summary>Read past it.</summary>
    Skip,
}

/// <summary>
/// Receives a reply as it is read from the wire. Calls come in document order and from one thread.
/// Rows handed over before the reply proves broken or cut off must be discarded by the caller: nothing is complete until the read returns.
/// </summary>
public abstract class ReplyHandler
{
    /// <summary>Joins property names in the path of a nested cell. A control character, so that no name Matomo sends contains it.</summary>
    public const byte PathSeparator = 0x1F;

    /// <summary>A piece of the reply begins. Called once for each key, also for a piece without rows; with nulls when the reply is not keyed.</summary>
    public virtual void BeginPart(ReplyPart part)
    {
    }

    /// <summary>The piece has ended. <paramref name="error"/> is set when Matomo answered this piece alone with an error.</summary>
    public virtual void EndPart(ReplyPart part, MatomoException? error)
    {
    }

    /// <summary>A row begins.</summary>
    /// <param name="depth">0 for a row of the table, more for a child row.</param>
    /// <param name="key">The property name when the rows are the values of an object; empty when they are items of an array.</param>
    public virtual void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
    }

    /// <summary>A cell of the row that began last and has not ended.</summary>
    /// <param name="path">The property name, or the path of names of a nested cell; <c>value</c> for a bare value.</param>
    /// <param name="value">The value; valid during the call.</param>
    public abstract void Cell(ReadOnlySpan<byte> path, in ReplyValue value);

    /// <summary>The same, of a property that has been met before in this reply. A handler that keeps what it knows in <see cref="ReplyPath.Known"/> takes cells here; others need not.</summary>
    /// <param name="path">The property; the same object for the same property of all rows that are told in this way.</param>
    /// <param name="value">The value; valid during the call.</param>
    public virtual void Cell(ReplyPath path, in ReplyValue value)
    {
        ArgumentNullException.ThrowIfNull(path);
        Cell(path.Utf8, value);
    }

    /// <summary>Whether <see cref="Nested"/> decides by path and kind alone, so that it need not be asked again for every row. Rows with objects in them are read faster then.</summary>
    public virtual bool TreatsPathsAlike => false;

    /// <summary>The row has ended.</summary>
    public virtual void EndRow(int depth)
    {
    }

    /// <summary>Decides about an object or array inside a row, before it is read.</summary>
    /// <param name="depth">The depth of the row it stands in.</param>
    /// <param name="path">Its property name or path.</param>
    /// <param name="kind"><see cref="JsonTokenType.StartObject"/> or <see cref="JsonTokenType.StartArray"/>.</param>
    public virtual NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => NestedTreatment.Text;
}
