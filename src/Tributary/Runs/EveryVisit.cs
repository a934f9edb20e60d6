using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Reports that cannot be silent about a visit: where the site had one, they have a row or a number for it.</summary>
internal static class EveryVisit
{
    /// <summary>Reports in which every visit is in exactly one row, Others included (recorded on 5.2 and 4.16: docs/sums.md).</summary>
    private static readonly HashSet<string> Once = new(StringComparer.Ordinal)
    {
        "UserCountry.getCountry", "UserCountry.getContinent", "UserCountry.getRegion", "UserCountry.getCity",
        "DevicesDetection.getType", "DevicesDetection.getBrand", "DevicesDetection.getModel", "DevicesDetection.getOsFamilies", "DevicesDetection.getOsVersions",
        "DevicesDetection.getBrowsers", "DevicesDetection.getBrowserVersions", "DevicesDetection.getBrowserEngines",
        "VisitTime.getVisitInformationPerLocalTime", "VisitTime.getVisitInformationPerServerTime", "VisitTime.getByDayOfWeek",
        "Referrers.getReferrerType",
    };

    /// <summary>Whether the visits of all rows must be the visits of the site.</summary>
    public static bool IsInOneRowOf(ReportReading reading) =>
        IsShownBy(reading) && Once.Contains(reading.Report.Method) && reading.Details.Flatten is null
        && (reading.Report.SubtableMethod is null || reading.Details.Levels == RowDetail.Top);

    /// <summary>Whether an answer without data cannot be true where the site had visits. A visit is new or returning; events, goals, downloads and campaigns a site may be without.</summary>
    public static bool IsShownBy(ReportReading reading) =>
        (Once.Contains(reading.Report.Method) || reading.Report.Method == "VisitFrequency.get")
        && reading.Details is { AllSubtables: false, IsOneSubtable: false, Parameters.Count: 0 };
}
