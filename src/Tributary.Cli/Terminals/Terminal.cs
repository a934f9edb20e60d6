using System.Text;

namespace Tributary.Cli.Terminals;

/// <summary>The console at the program's edge: data goes to <see cref="Out"/>, words to <see cref="Error"/>, both without secrets.</summary>
internal sealed class Terminal
{
    public Terminal(TextWriter output, TextWriter error)
    {
        Out = new RedactingWriter(output, Redactor.HideKnown);
        Error = new RedactingWriter(error, Redactor.HideAll);
        Say = Error.WriteLine;
    }

    public Redactor Redactor { get; } = new();

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Opens stdout for bytes.</summary>
    public Func<Stream> OpenOut { get; init; } = () => Stream.Null;

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    public int Width { get; init; } = 100;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>Reads a line without showing it; null at the end of the input.</summary>
    public Func<string?> ReadHidden { get; init; } = () => null;

    /// <summary>One line of words. A live display replaces it while it draws, so that lines do not cross it.</summary>
    public Action<string> Say { get; set; }

    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var outIsTerminal = !System.Console.IsOutputRedirected;
        var output = new StreamWriter(System.Console.OpenStandardOutput(), outIsTerminal ? System.Console.OutputEncoding : utf8, 32 * 1024) { AutoFlush = outIsTerminal };
        var dumb = string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        return new Terminal(output, System.Console.Error)
        {
            In = System.Console.In,
            OpenOut = System.Console.OpenStandardOutput,
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = !System.Console.IsErrorRedirected && !dumb,
            InIsTerminal = !System.Console.IsInputRedirected,
            Width = WidthOfWindow(outIsTerminal || !System.Console.IsErrorRedirected),
            Variable = Environment.GetEnvironmentVariable,
            ReadHidden = HiddenInput.ReadLine,
        };
    }

    public async Task FlushAsync()
    {
        await Out.FlushAsync(CancellationToken.None);
        await Error.FlushAsync(CancellationToken.None);
    }

    private static int WidthOfWindow(bool hasWindow)
    {
        try
        {
            // A window can say 0, as under some continuous integration servers.
            return hasWindow && System.Console.WindowWidth >= 40 ? System.Console.WindowWidth : 100;
        }
        catch (IOException)
        {
            return 100;
        }
    }
}
