using System.Globalization;

namespace Tributary.SampleMatomo;

/// <summary>What goes wrong with an answer.</summary>
public enum SampleFaultKind
{
    /// <summary>The answer comes late, by <see cref="SampleFault.Number"/> milliseconds.</summary>
    Late,

    /// <summary>The body ends in the middle and the connection is closed.</summary>
    Cut,

    /// <summary>A bare status, <see cref="SampleFault.Number"/>, perhaps with Retry-After.</summary>
    Status,

    /// <summary>The sign-in page instead of the API.</summary>
    HtmlLogin,

    /// <summary>The maintenance page, status 503.</summary>
    HtmlMaintenance,

    /// <summary>A firewall's page, status 403.</summary>
    HtmlFirewall,

    /// <summary>Answers of more than <see cref="SampleFault.Number"/> rows end in "Allowed memory size".</summary>
    Memory,

    /// <summary>A PHP notice stands before the JSON.</summary>
    Warning,

    /// <summary><see cref="SampleFault.Date"/> answers as if nobody had come.</summary>
    Zero,

    /// <summary>Status 200 and no body.</summary>
    Empty,
}

/// <summary>A fault the sample shows: until cleared, or for the next <see cref="Times"/> requests it applies to.</summary>
public sealed record SampleFault
{
    /// <summary>What goes wrong.</summary>
    public required SampleFaultKind Kind { get; init; }

    /// <summary>Milliseconds, status or rows, by kind.</summary>
    public int Number { get; init; }

    /// <summary>The Retry-After header in seconds, for <see cref="SampleFaultKind.Status"/>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The silent day of <see cref="SampleFaultKind.Zero"/>.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>How often; null means until it is cleared.</summary>
    public int? Times { get; init; }

    /// <summary>Only requests for this method; null means all it applies to.</summary>
    public string? Method { get; init; }

    /// <summary>True: requests for version, sites and other lists fail too, not only reports.</summary>
    public bool Everywhere { get; init; }

    /// <summary>
    /// Reads <c>late:MS | cut | status:CODE[:RETRY_AFTER] | html:login | html:maintenance | html:firewall | memory:ROWS | warning | zero:DATE | empty</c>.
    /// </summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static SampleFault Parse(string text)
    {
        var parts = (text ?? "").Split(':');
        return (parts[0], parts.Length) switch
        {
            ("late", 2) => new() { Kind = SampleFaultKind.Late, Number = Read(text!, parts[1]) },
            ("cut", 1) => new() { Kind = SampleFaultKind.Cut },
            ("status", 2) => new() { Kind = SampleFaultKind.Status, Number = Code(text!, parts[1]) },
            ("status", 3) => new() { Kind = SampleFaultKind.Status, Number = Code(text!, parts[1]), RetryAfter = Read(text!, parts[2]) },
            ("html", 2) when parts[1] == "login" => new() { Kind = SampleFaultKind.HtmlLogin },
            ("html", 2) when parts[1] == "maintenance" => new() { Kind = SampleFaultKind.HtmlMaintenance },
            ("html", 2) when parts[1] == "firewall" => new() { Kind = SampleFaultKind.HtmlFirewall },
            ("memory", 2) => new() { Kind = SampleFaultKind.Memory, Number = Read(text!, parts[1]) },
            ("warning", 1) => new() { Kind = SampleFaultKind.Warning },
            ("zero", 2) when DateOnly.TryParseExact(parts[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => new() { Kind = SampleFaultKind.Zero, Date = day },
            ("empty", 1) => new() { Kind = SampleFaultKind.Empty },
            _ => throw Unknown(text),
        };
    }

    private static int Read(string text, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw Unknown(text);

    private static int Code(string text, string number) => Read(text, number) is >= 100 and <= 599 and var code ? code : throw Unknown(text);

    private static FormatException Unknown(string? text) => new(
        $"'{text}' is not a fault. Write one of late:MS, cut, status:CODE[:RETRY_AFTER], html:login, html:maintenance, html:firewall, memory:ROWS, warning, zero:YYYY-MM-DD, empty.");
}
