using System.Text.RegularExpressions;

namespace Tributary.Matomo.Requests;

/// <summary>Which methods this client may call: Matomo's reading ones begin with <c>get</c> or <c>is</c>, its writing ones with another verb.</summary>
internal static partial class ReadingMethods
{
    /// <summary>Refuses a method that writes, or is no method name at all.</summary>
    public static void Require(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!Reading().IsMatch(method))
        {
            throw new ArgumentException($"'{method}' is not a reading method. Methods are written Module.action, and only actions that begin with 'get' or 'is' can be called.", nameof(method));
        }

        // Its items are query strings of their own, which could name any method; the client builds them itself.
        if (string.Equals(method, "API.getBulkRequest", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException("Bulk requests are sent by ReadBulkAsync, item by item.", nameof(method));
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*\\.(get|is)([A-Z0-9_][A-Za-z0-9_]*)?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Reading();
}
