using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>One row of an engine's table of failures: the first that fits counts.</summary>
/// <param name="Codes">The engine's codes, each whole or its beginning.</param>
/// <param name="Code">Ours.</param>
/// <param name="Fault">Whose side.</param>
/// <param name="Message">For people; <c>{place}</c>, <c>{user}</c>, <c>{database}</c> and <c>{says}</c> are filled in.</param>
internal sealed record SqlErrorRule(string[] Codes, string Code, Fault Fault, string Message, bool IsTransient = false)
{
    /// <summary>The failure as one for people. The driver's exceptions do not carry the password.</summary>
    public TributaryException Explain(string place, ServerOptions server, string says, Exception cause) => new(
        Code,
        Fault,
        Message
            .Replace("{place}", place, StringComparison.Ordinal)
            .Replace("{user}", server.User, StringComparison.Ordinal)
            .Replace("{database}", server.Database, StringComparison.Ordinal)
            .Replace("{says}", says, StringComparison.Ordinal),
        cause)
    {
        IsTransient = IsTransient,
    };

    /// <summary>Whether it is of an engine's number; the last rule has an empty code, for all others.</summary>
    public bool Fits(int number) => Codes.Contains(number.ToString(System.Globalization.CultureInfo.InvariantCulture)) || Codes is [""];

    public bool Fits(string code) => Codes.Any(c => code.StartsWith(c, StringComparison.Ordinal));
}
