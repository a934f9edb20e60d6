namespace Tributary.Browser.Tests;

/// <summary>What a page is looked at with.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="IsDark">Whether the system prefers dark colours.</param>
public sealed record Screen(int Width, int Height, bool IsDark)
{
    public static Screen Desktop { get; } = new(1440, 900, false);

    public static Screen Phone { get; } = new(390, 844, false);

    /// <summary>Both sizes, light and dark.</summary>
    public static IReadOnlyList<Screen> All { get; } = [Desktop, Desktop with { IsDark = true }, Phone, Phone with { IsDark = true }];

    public override string ToString() => $"{(Width > 760 ? "desktop" : "phone")}-{(IsDark ? "dark" : "light")}";
}
