using System.Text;

namespace Tributary.Cli.Terminals;

/// <summary>The console at the program's edge: data goes to <see cref="Out"/>, words to <see cref="Error"/>, both without secrets.</summary>
internal sealed class Terminal
{
    // The console's writers and readers cost milliseconds to open: what a command does not use stays closed.
    private readonly Func<TextWriter> _openError;
    private readonly Func<TextReader> _openIn;
    private readonly Func<int> _measureWidth;
    private TextWriter? _error;
    private TextReader? _in;
    private int? _width;

    public Terminal(TextWriter output, TextWriter error)
        : this(output, () => error, () => TextReader.Null, () => 100)
    {
    }

    private Terminal(TextWriter output, Func<TextWriter> openError, Func<TextReader> openIn, Func<int> measureWidth)
    {
        Out = new RedactingWriter(output, Redactor.HideKnown);
        _openError = openError;
        _openIn = openIn;
        _measureWidth = measureWidth;
        Say = line => Error.WriteLine(Visible.Text(line));
    }

    public Redactor Redactor { get; } = new();

    public TextWriter Out { get; }

    public TextWriter Error => _error ??= new RedactingWriter(_openError(), Redactor.HideAll);

    public TextReader In
    {
        get => _in ??= _openIn();
        init => _in = value;
    }

    /// <summary>Opens stdout for bytes.</summary>
    public Func<Stream> OpenOut { get; init; } = () => Stream.Null;

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    public int Width
    {
        get => _width ??= _measureWidth();
        init => _width = value;
    }

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
        var output = new StreamWriter(new StandardOutput(System.Console.OpenStandardOutput()), outIsTerminal ? System.Console.OutputEncoding : utf8, 32 * 1024) { AutoFlush = outIsTerminal };
        var dumb = string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        return new Terminal(output, () => System.Console.Error, () => System.Console.In, () => WidthOfWindow(outIsTerminal || !System.Console.IsErrorRedirected))
        {
            OpenOut = () => new StandardOutput(System.Console.OpenStandardOutput()),
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = !System.Console.IsErrorRedirected && !dumb,
            InIsTerminal = !System.Console.IsInputRedirected,
            Variable = Environment.GetEnvironmentVariable,
            ReadHidden = HiddenInput.ReadLine,
        };
    }

    public void Flush()
    {
        Out.Flush();
        _error?.Flush();
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
