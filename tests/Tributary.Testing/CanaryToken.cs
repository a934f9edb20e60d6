namespace Tributary.Testing;

/// <summary>The one access token of all tests. Whoever finds it in anything printed, logged or stored has found a leak.</summary>
public static class CanaryToken
{
    /// <summary>32 characters, as Matomo's own are.</summary>
    public const string Value = "c0ffee5ecre7ca4a4ed0b5e55ed70bee";
}
