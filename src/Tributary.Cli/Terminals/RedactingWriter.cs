using System.Text;

namespace Tributary.Cli.Terminals;

/// <summary>Passes text on, each piece cleaned. Secrets never span two writes: callers write whole lines.</summary>
internal sealed class RedactingWriter(TextWriter inner, Func<string, string> clean) : TextWriter(inner.FormatProvider)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(char[] buffer, int index, int count) => inner.Write(clean(new string(buffer, index, count)));

    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(clean(buffer.ToString()));

    public override void Write(string? value)
    {
        if (value is not null)
        {
            inner.Write(clean(value));
        }
    }

    public override void WriteLine(string? value) => inner.Write(clean(value ?? "") + "\n");

    public override void WriteLine() => inner.Write("\n");

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();
}
