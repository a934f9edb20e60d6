using System.Globalization;
using Tributary.Model;

namespace Tributary.DataCenter.Components.Accounts;

/// <summary>What is wrong with the fields of an account, by field of the page.</summary>
internal sealed class AccountProblems
{
    private readonly Dictionary<string, string> _messages = new(StringComparer.Ordinal);

    /// <summary>Whether something is.</summary>
    public bool Any => _messages.Count > 0;

    /// <summary>What is said at a field; null when it is right.</summary>
    public string? this[string field] => _messages.GetValueOrDefault(field);

    public void Clear() => _messages.Clear();

    public void Add(string field, string message) => _messages.TryAdd(field, message);

    /// <summary>Takes what the core says of fields of an account.</summary>
    /// <returns>False where none of it is about one.</returns>
    public bool Take(InputException error)
    {
        foreach (var problem in error.Problems)
        {
            if (FieldOf(problem.Field) is { } field)
            {
                Add(field, problem.Message);
            }
        }

        return Any;
    }

    /// <summary>A number above 0 that was typed; null for none, and for what is none, which is said at the field.</summary>
    public int? Number(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }

        Add(field, $"'{text.Trim()}' is not a whole number above 0.");
        return null;
    }

    /// <summary>Headers as they are typed, one a line; a line that is none is said at the field.</summary>
    public IReadOnlyDictionary<string, string> Headers(string? text)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
            else
            {
                Add("header", "Write one header a line, a colon between name and value: X-Key: abc");
            }
        }

        return headers;
    }

    private static string? FieldOf(string field) => field switch
    {
        "URL" or "--url" => "url",
        "NAME" or "NEW" => "name",
        "token" or "--token-env" => "token",
        "--language" => "language",
        "--parallel" => "parallel",
        "--requests-per-minute" => "per-minute",
        "--user-agent" => "agent",
        "--basic-env" => "basic",
        "--proxy" or "--proxy-env" => "proxy",
        "--ca-file" => "ca",
        "--header" or "--header-env" => "header",
        _ => null,
    };
}
