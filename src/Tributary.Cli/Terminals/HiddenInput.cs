using System.Text;

namespace Tributary.Cli.Terminals;

/// <summary>Reads a secret from the keyboard without showing it.</summary>
internal static class HiddenInput
{
    public static string? ReadLine()
    {
        var text = new StringBuilder();
        // Ctrl-C must end the question at once: a signal would not wake the blocked read.
        System.Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                var key = System.Console.ReadKey(intercept: true);
                switch (key)
                {
                    case { Key: ConsoleKey.Enter }:
                        System.Console.Error.WriteLine();
                        return text.ToString();
                    case { Key: ConsoleKey.C or ConsoleKey.D, Modifiers: ConsoleModifiers.Control }:
                        System.Console.Error.WriteLine();
                        return null;
                    case { Key: ConsoleKey.Backspace }:
                        text.Length = Math.Max(0, text.Length - 1);
                        break;
                    default:
                        if (!char.IsControl(key.KeyChar))
                        {
                            text.Append(key.KeyChar);
                        }

                        break;
                }
            }
        }
        finally
        {
            System.Console.TreatControlCAsInput = false;
        }
    }
}
