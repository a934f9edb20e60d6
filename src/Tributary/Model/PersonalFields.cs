namespace Tributary.Model;

/// <summary>What is done to a personal field of a raw visit.</summary>
public enum PersonalTreatment
{
    /// <summary>Stored as Matomo sends it.</summary>
    Keep,

    /// <summary>Stored as a hash with the workspace's key: the same person has the same value, and nobody can tell who.</summary>
    Hash,

    /// <summary>Not stored.</summary>
    Drop,
}

/// <summary>The personal fields of raw visits (matomo-org/matomo 5.2, Live).</summary>
public static class PersonalFields
{
    /// <summary>What is done to each where a DataSet does not say.</summary>
    public static IReadOnlyDictionary<string, PersonalTreatment> Defaults { get; } = new Dictionary<string, PersonalTreatment>(StringComparer.Ordinal)
    {
        ["visitIp"] = PersonalTreatment.Drop,
        ["visitorId"] = PersonalTreatment.Hash,
        ["userId"] = PersonalTreatment.Hash,
        ["fingerprint"] = PersonalTreatment.Hash,
    };

    /// <summary>Other properties that hold one of these fields, by name: the visitors before and after the one of a profile (matomo-org/matomo 5.2, Live.getVisitorProfile), and the visitor of a list of users.</summary>
    public static IReadOnlyDictionary<string, string> OtherNames { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["nextVisitorId"] = "visitorId",
        ["previousVisitorId"] = "visitorId",
        ["idvisitor"] = "visitorId",
    };
}
