namespace Tributary.Matomo.Catalog;

/// <summary>What a report's own parameters change of its rows.</summary>
public static class ReportVariants
{
    /// <summary>The report as it is with those parameters: the second level of events, the number of a custom dimension.</summary>
    public static ReportDefinition Choose(ReportDefinition report, IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(parameters);
        return CustomDimensionScope.Choose(
            EventDimensions.Choose(report, parameters.GetValueOrDefault(EventDimensions.Parameter)),
            parameters.GetValueOrDefault("idDimension"));
    }
}
