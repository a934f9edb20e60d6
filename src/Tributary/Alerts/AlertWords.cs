using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Model;

namespace Tributary.Alerts;

/// <summary>What a message says: to people in sentences, to programs as JSON.</summary>
internal static class AlertWords
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new Instants() },
    };

    private static readonly JsonSerializerOptions SlackJson = new() { Encoder = Json.Encoder };

    /// <summary>The line a person reads first.</summary>
    public static string Title(AlertMessage message) => message.Event switch
    {
        AlertEvent.Failed => $"{message.DataSet}: {(message.Status == RunStatus.Partial ? "updated in part" : "not updated")}",
        AlertEvent.Recovered => $"{message.DataSet}: updated again",
        AlertEvent.Late => $"{message.DataSet}: not updated in time",
        AlertEvent.Drift => $"{message.DataSet}: its columns changed",
        AlertEvent.Zero => $"{message.DataSet}: suddenly empty",
        AlertEvent.Totals => $"{message.DataSet}: totals do not add up",
        _ => "Messages of Tributary arrive here",
    };

    /// <summary>The whole in plain text.</summary>
    public static string Text(AlertMessage message)
    {
        var lines = new List<string> { message.Message, "" };
        if (message.Fault is { } fault)
        {
            lines.Add($"Whose side: {SideOf(fault)}");
        }

        if (message.Code is { } code)
        {
            lines.Add($"Code: {code}");
        }

        if (message.RunId is { } run)
        {
            lines.Add($"Run: {run}");
        }

        lines.Add($"When: {message.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}");
        lines.Add($"Workspace: {message.Workspace}");
        return string.Join('\n', lines);
    }

    /// <summary>The form programs read; its names never change.</summary>
    public static string ToJson(AlertMessage message) => JsonSerializer.Serialize(
        new Form(message.Event, message.DataSet, message.Status, message.Message, message.Code, message.Fault, message.RunId, message.At, message.Workspace), Json);

    /// <summary>The form Slack and what imitates it read.</summary>
    public static string ToSlack(AlertMessage message) =>
        JsonSerializer.Serialize(new Dictionary<string, string> { ["text"] = Escape($"*{Title(message)}*\n{Text(message)}") }, SlackJson);

    // Slack reads these three as mark-up, and "<!channel>" in a DataSet's name would call everyone.
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string SideOf(Fault fault) => fault switch
    {
        Fault.Setup => "the settings of the DataSet or its account",
        Fault.Source => "Matomo, or the way to it",
        Fault.Destination => "the destination",
        Fault.Workspace => "the workspace",
        _ => "a defect of Tributary; please report it",
    };

    private sealed record Form(
        AlertEvent Event,
        [property: JsonPropertyName("dataset")] string? DataSet,
        RunStatus? Status,
        string Message,
        string? Code,
        Fault? Fault,
        string? RunId,
        DateTimeOffset At,
        string Workspace);

    private sealed class Instants : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
