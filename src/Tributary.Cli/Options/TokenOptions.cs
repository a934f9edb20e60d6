using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>Where a token comes from: the environment, stdin, or a person asked for it. Never an argument.</summary>
internal sealed class TokenOptions
{
    private readonly Option<string> _variable = Kinds.Text("--token-env", "VAR", "Take the token from this environment variable.");
    private readonly Option<bool> _stdin = Kinds.Switch("--token-stdin", "Read the token from stdin.");
    private readonly Option<string> _refused = new("--token") { Hidden = true, Arity = ArgumentArity.ZeroOrOne };

    public TokenOptions()
    {
        _refused.Validators.Add(result => result.AddError(
            "--token: a token is never given as an argument, where other users of this machine and the shell's history see it. Use --token-env VAR or --token-stdin, or give neither and be asked."));
    }

    public IReadOnlyList<Option> All => [_variable, _stdin, _refused];

    /// <summary>The token if a flag names one; nobody is asked.</summary>
    public AccessToken? ReadGiven(Call call, string account) => call.Given(_variable) || call.Value(_stdin) ? Read(call, account) : null;

    public AccessToken Read(Call call, string account)
    {
        if (call.Given(_variable) && call.Given(_stdin))
        {
            throw new InputException("--token-env", "give either --token-env or --token-stdin, not both.");
        }

        var token = call.Value(_variable) is { } variable ? call.Variable("--token-env", variable).Trim()
            : call.Value(_stdin) ? FromStdin(call)
            : FromPerson(call, account);
        call.Terminal.Redactor.Add(token);
        try
        {
            return new AccessToken(token);
        }
        catch (ArgumentException)
        {
            // What a person gave, not misuse: the token's own rules say it is none.
            throw new InputException("--token-env", "what was given is no token: a token has letters and digits only. Copy it again from Administration > Personal > Security > Auth tokens.");
        }
    }

    private static string FromStdin(Call call) =>
        call.Terminal.In.ReadLine()?.Trim() is { Length: > 0 } token
            ? token
            : throw new InputException("--token-stdin", "nothing came on stdin. Pipe the token in: `tributary … --token-stdin < token.txt`.");

    private static string FromPerson(Call call, string account)
    {
        if (!call.Terminal.InIsTerminal || !call.Terminal.ErrorIsTerminal)
        {
            throw new InputException("--token-env", "the token is missing. Use --token-env VAR or --token-stdin; asking for it needs a terminal.");
        }

        call.Say("Matomo shows tokens under Administration > Personal > Security > Auth tokens.");
        call.Terminal.Error.Write($"Token for {account} (not shown while you type): ");
        call.Terminal.Error.Flush();
        return call.Terminal.ReadHidden()?.Trim() is { Length: > 0 } token
            ? token
            : throw new InputException("--token-env", "no token was given, nothing is stored.");
    }
}
