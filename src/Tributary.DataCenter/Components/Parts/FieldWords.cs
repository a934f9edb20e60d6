using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Accounts;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>The fields as the pages write them: the core names them as the command line does.</summary>
internal static partial class FieldWords
{
    private static readonly FrozenDictionary<string, string> Labels = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["NAME"] = "Name",
        ["NEW"] = "Name",
        ["--account"] = "Account",
        ["--report"] = "Report",
        ["--sites"] = "ID Site",
        ["--period"] = "Period",
        ["--date"] = "Select Specific Date",
        ["--days-back"] = "Days Back",
        ["--start"] = "Select Specific Start Date",
        ["--start-days-back"] = "Days Back to Start From",
        ["--end"] = "Select Specific End Date",
        ["--end-days-back"] = "Days Back to End At",
        ["--by"] = "Break down by",
        ["--segment"] = "Segment",
        ["--saved-segment"] = "Saved segment",
        ["--url"] = "URL",
        ["--title"] = "Title",
        ["--action-name"] = "Action name",
        ["--action-type"] = "Action type",
        ["--goal"] = "Goal",
        ["--subtable"] = "Subtable ID",
        ["--subtable-of"] = "Parent row",
        ["--subtables"] = "All subtables",
        ["--flatten"] = "Field to Flatten",
        ["--personal"] = "Personal data",
        ["--parameter"] = "Other parameters",
        ["--steps"] = "Longest path",
        ["--levels"] = "Row detail",
        ["--columns"] = "Columns",
        ["--every"] = "Every",
        ["--daily-at"] = "At",
        ["--weekly"] = "Days",
        ["--monthly"] = "Days",
        ["--cron"] = "Cron expression",
        ["--active-hours"] = "Active hours",
        ["--time-zone"] = "Time zone",
        ["--missed"] = "Missed while down",
        ["--retry"] = "Retries",
        ["--retry-after"] = "Minutes apart",
        ["--no-retry"] = "Retry",
        ["--expect-every"] = "Tell me if not updated for",
        ["--table"] = "Table",
        ["--update"] = "Update method",
        ["--key"] = "Key",
        ["--keep-days"] = "Keep",
        ["--keep-runs"] = "Runs that can be reverted",
        ["--lookback"] = "Lookback",
        ["--allow-empty"] = "An empty answer may replace full data",
        ["--tag"] = "Tags",
        ["--description"] = "Description",
        ["--drift"] = "When columns change",
        ["--from"] = "From",
        ["--to"] = "To",
        ["--where"] = "Condition",
        ["--format"] = "Format",
        ["--token-file"] = "Access Token",
        ["--token-env"] = "Access Token",
        ["--basic-env"] = "HTTP basic credentials",
        ["--proxy-env"] = "Proxy",
        ["--header-env"] = "Extra headers",
        ["--header"] = "Extra headers",
        ["--proxy"] = "Proxy",
        ["--language"] = "Language of labels",
        ["--parallel"] = "Requests at the same time",
        ["--requests-per-minute"] = "Requests a minute",
        ["--user-agent"] = "User agent",
        ["--ca-file"] = "Certificate file",
        ["--group"] = "Report group",
        ["--run"] = "Run",
        ["--manual"] = "By hand",
        ["--on"] = "Events",
        ["--smtp"] = "Mail server",
        ["--webhook"] = "Address",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The label of a field.</summary>
    public static string LabelOf(string field) => Labels.TryGetValue(field.Split(' ')[0], out var label) ? label : field;

    /// <summary>A sentence of the core with fields named as on a page. The API method that it may begin with is left out: the page says which report it is about, and the log has it.</summary>
    public static string InPage(string message)
    {
        message = Turning().Replace(message, "");
        var text = Method().Replace(message, "");
        text = text.Length < message.Length && text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : message;
        text = Leading().Replace(text, m => Labels.TryGetValue(m.Groups[1].Value, out var label) ? label + ": " : m.Value);

        // What is to be typed into a shell keeps the quotes that the shell reads.
        var end = text.IndexOf("tributary ", StringComparison.Ordinal) is >= 0 and var command ? command : text.Length;
        text = Quoted().Replace(text[..end], "“$1”") + text[end..];
        return Flag().Replace(text, m => Labels.TryGetValue(m.Groups[1].Value, out var label) ? $"‘{label}’" : m.Value);
    }

    /// <summary>A sentence with its dates as pages write them, each in one piece.</summary>
    public static string WithDates(string text, int year) => Date().Replace(text, m => DateOnly.TryParseExact(m.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? TimeWords.Date(day, year).Replace(' ', '\u00a0') : m.Value);

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    // Quoted words may turn the direction of writing, and would turn what is ours behind them.
    [GeneratedRegex("[\\u202A-\\u202E\\u2066-\\u2069]", RegexOptions.CultureInvariant)]
    private static partial Regex Turning();

    [GeneratedRegex("^[A-Z][A-Za-z]+\\.get[A-Za-z]+: ", RegexOptions.CultureInvariant)]
    private static partial Regex Method();

    // A problem of a field begins with the field, each on a line of its own.
    [GeneratedRegex("^(--[a-z-]+|[A-Z]+): ", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Leading();

    // A name may hold an apostrophe: the end is where no word goes on.
    [GeneratedRegex("(?<=^|\\s)'(.+?)'(?=[\\s.,:;!?)]|$)", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Quoted();

    // What stands for a value behind a flag, in capitals, means nothing beside a field.
    [GeneratedRegex("(--[a-z][a-z-]*[a-z])(?: [A-Z]+(?![a-zA-Z=]))?", RegexOptions.CultureInvariant)]
    private static partial Regex Flag();
}
