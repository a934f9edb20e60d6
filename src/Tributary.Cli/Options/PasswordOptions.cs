using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>Where a password comes from: stdin, or a person asked for it twice. Never an argument.</summary>
internal sealed class PasswordOptions
{
    private readonly Option<bool> _stdin = Kinds.Switch("--password-stdin", "Read the password from stdin.");

    public IReadOnlyList<Option> All => [_stdin];

    public string Read(Call call, string person)
    {
        if (call.Value(_stdin))
        {
            return call.Terminal.In.ReadLine() is { Length: > 0 } line ? line : throw new InputException("--password-stdin", "nothing came on stdin. Pipe the password in: `tributary … --password-stdin < password.txt`.");
        }

        if (!call.Terminal.InIsTerminal || !call.Terminal.ErrorIsTerminal)
        {
            throw new InputException("--password-stdin", "the password is missing. Use --password-stdin; asking for it needs a terminal.");
        }

        var password = Ask(call, $"Password for {person} (not shown while you type): ");
        return Ask(call, "The same again: ") == password ? password : throw new InputException("--password-stdin", "the two are not the same, nothing is stored.");
    }

    private static string Ask(Call call, string question)
    {
        call.Terminal.Error.Write(question);
        call.Terminal.Error.Flush();
        return call.Terminal.ReadHidden() is { Length: > 0 } password ? password : throw new InputException("--password-stdin", "no password was given, nothing is stored.");
    }
}
