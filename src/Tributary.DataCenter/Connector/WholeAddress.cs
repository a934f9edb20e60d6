namespace Tributary.DataCenter.Connector;

/// <summary>Addresses of pages as Matomo has them, from what people type of them.</summary>
internal static class WholeAddress
{
    /// <summary>Whether a text is a part of an address: without the protocol, or a path alone.</summary>
    public static bool Lacks(string? text) => !string.IsNullOrWhiteSpace(text) && !text.Contains("://", StringComparison.Ordinal);

    /// <summary>The address that it can only be a part of; null where it may be several or none.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="siteAddress">The address of the one site that is read; null for several.</param>
    public static string? Of(string? text, string? siteAddress)
    {
        var typed = text?.Trim() ?? "";
        var host = typed.Split('/', 2)[0];
        return typed.StartsWith('/') && !typed.StartsWith("//", StringComparison.Ordinal)
            ? Uri.TryCreate(siteAddress, UriKind.Absolute, out var site) && site.Scheme is "http" or "https" ? site.GetLeftPart(UriPartial.Authority) + typed : null
            : host.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(host.Split(':')[0]) == UriHostNameType.Dns && !typed.Contains(' ', StringComparison.Ordinal) ? "https://" + typed : null;
    }
}
