namespace Tributary.Model;

/// <summary>A field of the details that a report takes.</summary>
/// <param name="Flag">As the command line writes it, <c>--flatten</c>.</param>
/// <param name="Required">Whether the report cannot be read without it.</param>
/// <param name="Choices">The values that can be given; empty when open.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record ReportField(string Flag, bool Required, IReadOnlyList<string> Choices, string Meaning);
