namespace Tributary.Matomo;

/// <summary>
/// A Matomo <c>token_auth</c>. It is only ever written into the body of a request; its text form is <c>***</c>, so that no log, message or debugger line can carry it.
/// </summary>
public sealed class AccessToken
{
    internal const string AnonymousValue = "anonymous";

    private readonly string _value;

    /// <summary>Keeps a token; white space around it, as copying leaves it, is dropped.</summary>
    /// <exception cref="ArgumentException">The text is empty or has other characters than letters, digits, <c>_</c> and <c>-</c>.</exception>
    public AccessToken(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value.Trim();
        if (_value.Length == 0)
        {
            throw new ArgumentException("The access token is empty. Matomo shows it under Administration › Personal › Security › Auth tokens.", nameof(value));
        }

        if (!_value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            throw new ArgumentException("An access token has letters and digits only. Copy it again from Administration › Personal › Security › Auth tokens.", nameof(value));
        }
    }

    /// <summary>The user every visitor is: useful where a server lets anyone view a site.</summary>
    public static AccessToken Anonymous { get; } = new(AnonymousValue);

    /// <summary>Whether this is <see cref="Anonymous"/>.</summary>
    public bool IsAnonymous => string.Equals(_value, AnonymousValue, StringComparison.Ordinal);

    /// <summary>The secret itself. Write it into a request body and nowhere else.</summary>
    public string Reveal() => _value;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
