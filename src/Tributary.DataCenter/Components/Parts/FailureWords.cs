using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>A failure as a page tells it.</summary>
/// <param name="Message">What happened, to what, and what to do.</param>
/// <param name="Side">Whose side it is on.</param>
/// <param name="Code">The code that docs/errors.md lists.</param>
internal sealed record FailureWords(string Message, string Side, string Code)
{
    private const int MostShort = 140;

    public static FailureWords Of(Exception error) => error switch
    {
        TributaryException { Code: "query.sql" or "query.too_long" or "query.too_large" } e => new FailureWords(FieldWords.InPage(e.Message), e.Code == "query.sql" ? "In the query. Tables and their columns are listed beside it." : "In the query.", e.Code),
        TributaryException e => new FailureWords(FieldWords.InPage(e.Message), SideOf(e.Fault), e.Code),
        MatomoException e => new FailureWords(FieldWords.InPage(e.Message), SideOf(Fault.Source), Workspace.CodeOf(e)),
        _ => new FailureWords("Something in Tributary broke. Nothing stored was touched.", SideOf(Fault.Defect), "defect"),
    };

    /// <summary>The first sentence of a message, without its point.</summary>
    public static string Brief(string message)
    {
        var text = FieldWords.InPage(message);
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text.TrimEnd('.') : text[..end];
    }

    /// <summary>As many whole sentences of a message as a line of a list has room for; the first one always.</summary>
    public static string Short(string message)
    {
        var text = FieldWords.InPage(message);
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        for (var next = end; next >= 0 && next < MostShort; next = text.IndexOf(". ", next + 1, StringComparison.Ordinal))
        {
            end = next;
        }

        return end < 0 || text.Length <= MostShort ? text : text[..(end + 1)];
    }

    /// <summary>What a line of a list has room for of how a run ended; empty where it went well.</summary>
    public static string NoteOf(RunResult? result) => result switch
    {
        { Error: { } error } => Short(error.Message),
        { Warnings: [_, ..] warnings } => Brief((warnings.FirstOrDefault(w => !w.IsNote) ?? warnings[0]).Message),
        _ => "",
    };

    public static string SideOf(Fault fault) => fault switch
    {
        Fault.Setup => "On your side, in what was set up.",
        Fault.Source => "On Matomo’s side, or the way to it.",
        Fault.Destination => "On the destination’s side.",
        Fault.Workspace => "On the workspace’s side.",
        _ => "A defect of Tributary.",
    };
}
