using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>One reading of a report, both ways.</summary>
/// <param name="Combination">Sites and dates.</param>
/// <param name="Details">The same and all else, as the product takes it.</param>
/// <param name="Read">The plain reading of one site and period; what it adds to the list says why there are no rows.</param>
internal sealed record Ask(Combination Combination, DetailsInput Details, Func<PlainPart, List<string>, Task<List<PlainRow>>> Read);
