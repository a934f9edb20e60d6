using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>For how long Matomo may still change a period that has ended.</summary>
internal static class Lookback
{
    /// <summary>Whether a day lies at least <paramref name="days"/> days after a partition's period has ended.</summary>
    public static bool IsOver(PartitionKey key, DateOnly day, int days) => day >= key.End.AddDays(1 + days);

    /// <summary>Whether a stored partition was read before its lookback was over.</summary>
    public static bool IsTooShort(PartitionRecord stored, SiteZone zone, int days) => stored.Key.Period != Period.None && !IsOver(stored.Key, zone.DateOf(stored.ReadAt), days);
}
