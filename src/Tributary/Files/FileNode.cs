namespace Tributary.Files;

/// <summary>A part of a file with the line it stands on.</summary>
/// <param name="Line">The line, from 1.</param>
internal abstract record FileNode(long Line);

/// <summary>A single value.</summary>
/// <param name="Line">The line.</param>
/// <param name="Text">What is written, without quotes.</param>
/// <param name="IsQuoted">Whether it stood in quotes.</param>
internal sealed record ValueNode(long Line, string Text, bool IsQuoted) : FileNode(Line)
{
    /// <summary>Whether nothing is written where a value belongs.</summary>
    public bool IsMissing => !IsQuoted && Text is "" or "~" or "null";
}

/// <summary>Several values.</summary>
internal sealed record ListNode(long Line, IReadOnlyList<FileNode> Items) : FileNode(Line);

/// <summary>Fields with their values, in order; a field may be there twice.</summary>
internal sealed record FieldsNode(long Line, IReadOnlyList<(string Name, long Line, FileNode Value)> Fields) : FileNode(Line);
