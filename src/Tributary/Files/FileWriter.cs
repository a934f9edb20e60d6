using System.Text;

namespace Tributary.Files;

/// <summary>Writes a file: sections of items, a field on each line.</summary>
internal static class FileWriter
{
    /// <summary>The text of a file. DataSets whose account or destination was removed, and alerts whose DataSets were, stand in it as comments: applied, they are left alone.</summary>
    public static string Write(string? timeZone, IReadOnlyList<IReadOnlyList<FieldText>> accounts, IReadOnlyList<IReadOnlyList<FieldText>> destinations, IReadOnlyList<IReadOnlyList<FieldText>> dataSets, IReadOnlyList<IReadOnlyList<FieldText>> stopped, IReadOnlyList<IReadOnlyList<FieldText>> alerts, IReadOnlyList<IReadOnlyList<FieldText>> silent)
    {
        var text = new StringBuilder();
        text.Append($"version: {FileFields.Version}\n".AsSpan());
        if (timeZone is not null)
        {
            text.Append("\nworkspace:\n  time_zone: ").Append(YamlText.Of(timeZone)).Append('\n');
        }

        Write(text, "accounts", accounts);
        Write(text, "destinations", destinations);
        Write(text, "datasets", dataSets);
        WriteStopped(text, dataSets.Count > 0 ? "" : "\ndatasets:\n", "Their account or destination was removed. Left alone like this; give them another one and take the # away.", stopped);
        Write(text, "alerts", alerts);
        WriteStopped(text, alerts.Count > 0 ? "" : "\nalerts:\n", "The DataSets they named are deleted. Left alone like this; name others and take the # away.", silent);
        return text.ToString();
    }

    private static void Write(StringBuilder text, string section, IReadOnlyList<IReadOnlyList<FieldText>> items)
    {
        if (items.Count > 0)
        {
            text.Append('\n').Append(section).Append(":\n");
        }

        foreach (var item in items)
        {
            Write(text, item, "");
        }
    }

    private static void WriteStopped(StringBuilder text, string heading, string why, IReadOnlyList<IReadOnlyList<FieldText>> stopped)
    {
        if (stopped.Count == 0)
        {
            return;
        }

        text.Append(heading).Append("  # ").Append(why).Append('\n');
        foreach (var item in stopped)
        {
            Write(text, item, "# ");
        }
    }

    private static void Write(StringBuilder text, IReadOnlyList<FieldText> item, string comment)
    {
        var lead = $"  {comment}- ";
        foreach (var field in item)
        {
            text.Append(lead).Append(field.Name).Append(": ").Append(field.Text).Append('\n');
            lead = $"  {comment}  ";
        }
    }
}
