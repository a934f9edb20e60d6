using System.Text;

namespace Tributary.Store;

/// <summary>The form in which names are compared: any two that a person would take for the same are the same.</summary>
internal static class NameKey
{
    /// <summary>The key of a name: normalised, without case and surrounding blanks.</summary>
    public static string Of(string name) => name.Trim().Normalize(NormalizationForm.FormKC).ToUpperInvariant();
}
