using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>What is said about a destination: options as NAME=VALUE, secrets by environment variables.</summary>
internal sealed class DestinationSettings
{
    // Shorter ones may be words; hiding those would take them out of everything that is printed.
    private const int ShortestHidden = 6;

    private readonly Option<string[]> _set = Kinds.Texts("--set", "NAME=VALUE", "An option of its kind; may be given again. An empty value goes back to the default.");
    private readonly Option<string[]> _setEnv = Kinds.Texts("--set-env", "NAME=VAR", "Take an option from this environment variable: for passwords and keys, which are kept encrypted.");

    public IReadOnlyList<Option> All => [_set, _setEnv];

    /// <summary>The options given, by name.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="isSecret">Whether an option must not stand on a command line.</param>
    /// <exception cref="InputException">One is not well-formed, or a secret stands on the command line.</exception>
    public Dictionary<string, string> Read(Call call, Func<string, bool> isSecret)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Pairs("--set", call.Value(_set)))
        {
            if (isSecret(name) && value.Length > 0)
            {
                throw new InputException("--set", $"'{name}' is a secret, and other users of this machine and the shell's history see what stands on a command line. Put it into an environment variable: --set-env {name}=VAR");
            }

            options[name] = value;
        }

        foreach (var (name, variable) in Pairs("--set-env", call.Value(_setEnv)))
        {
            var value = call.Variable("--set-env", variable);
            if (isSecret(name) && value.Length >= ShortestHidden)
            {
                call.Terminal.Redactor.Add(value);
            }

            options[name] = value;
        }

        return options;
    }

    private static IEnumerable<(string Name, string Value)> Pairs(string flag, string[]? texts)
    {
        foreach (var text in texts ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            yield return at > 0
                ? (text[..at].Trim().Replace('-', '_').ToLowerInvariant(), text[(at + 1)..])
                : throw new InputException(flag, $"'{text}' has no name before an equals sign. Write {(flag == "--set" ? "host=db.example.org" : "password=VAR")}.");
        }
    }
}
