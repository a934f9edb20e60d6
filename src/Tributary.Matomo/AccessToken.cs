namespace Tributary.Matomo;

/// <summary>A Matomo <c>token_auth</c>. It prints as <c>***</c> wherever it is shown; only the request body sees the value.</summary>
public sealed class AccessToken
{
    private readonly string _value;

    /// <summary>Wraps a token; white space around it is dropped.</summary>
    public AccessToken(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value.Trim();
    }

    /// <summary>The token itself, for the request body and for encryption. Never print it.</summary>
    public string Reveal() => _value;

    /// <summary>Three stars.</summary>
    public override string ToString() => "***";
}
