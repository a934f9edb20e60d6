using System.Runtime.InteropServices;

namespace Tributary.Matomo.Replies;

/// <summary>What an open object or array of a reply is. From <see cref="Table"/> on it belongs to rows.</summary>
internal enum FrameKind : byte
{
    /// <summary>The array of a bulk reply.</summary>
    Bulk,

    /// <summary>An object keyed by site id.</summary>
    Sites,

    /// <summary>An object keyed by date label.</summary>
    Dates,

    /// <summary>The <c>[]</c> that PHP writes for a map without entries.</summary>
    EmptyMap,

    /// <summary>An object whose first property will tell whether it is an error body.</summary>
    Undecided,

    /// <summary>The same after <c>"result":</c>.</summary>
    UndecidedResult,

    /// <summary>The same after <c>"message":</c>.</summary>
    UndecidedMessage,

    /// <summary>The same after <c>"message":"…"</c>.</summary>
    MessageBody,

    /// <summary><c>{"result":"error","message":…}</c></summary>
    ErrorBody,

    /// <summary><c>{"result":"success","message":"ok"}</c>: Matomo's form of "there is nothing".</summary>
    NothingBody,

    /// <summary>The array of a table.</summary>
    Table,

    /// <summary>A table that came as an object keyed by id.</summary>
    KeyedTable,

    /// <summary>The array that stands around a single row, or instead of it.</summary>
    RowArray,

    /// <summary>The array of a list.</summary>
    List,

    /// <summary>A list that came as an object.</summary>
    KeyedList,

    /// <summary>A row.</summary>
    Row,

    /// <summary>An array in a table's place for a row: a row without any column.</summary>
    EmptyRow,

    /// <summary>An object inside a row whose values are cells of the row.</summary>
    CellObject,

    /// <summary>An array inside a row whose items are cells of the row.</summary>
    CellArray,

    /// <summary>An object or array inside a row whose values are child rows.</summary>
    ChildObject,

    /// <summary>An array of child rows.</summary>
    ChildArray,

    /// <summary>Kept as text for a cell.</summary>
    Text,

    /// <summary>Kept as text for the only cell of a child row.</summary>
    TextRow,

    /// <summary>Read past.</summary>
    Skip,
}

/// <summary>An open object or array.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ReplyFrame
{
    public FrameKind Kind;

    /// <summary>The depth of the rows in it, or of the row it belongs to.</summary>
    public int RowDepth;

    /// <summary>Where the path of this row's cells begins in the path buffer.</summary>
    public int PathStart;

    /// <summary>Where the next property name goes in the path buffer.</summary>
    public int NameStart;

    /// <summary>The index of the next item where items are named by it.</summary>
    public int Index;

    /// <summary>The keys still to come below an undecided object.</summary>
    public ReplyKeys Keys;
}
