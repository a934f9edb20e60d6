using PublicApiGenerator;

namespace Tributary.Matomo.Tests.Rules;

public class PublicApiTests
{
    /// <summary>A change of the package's public API is a decision: it shows here, and is approved by copying the received file over the approved one.</summary>
    [Fact]
    public async Task The_public_API_is_the_approved_one()
    {
        var approvedFile = SourceTree.PathOf("tests/Tributary.Matomo.Tests/Rules/PublicApi.approved.txt");
        var receivedFile = Path.ChangeExtension(Path.ChangeExtension(approvedFile, null), ".received.txt");
        var received = typeof(MatomoClient).Assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,

            // The catalog is written from data and has its own tests.
            DenyNamespacePrefixes = ["Tributary.Matomo.Catalog"],
        }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var approved = File.Exists(approvedFile) ? await File.ReadAllTextAsync(approvedFile, TestContext.Current.CancellationToken) : "";

        if (approved == received)
        {
            File.Delete(receivedFile);
            return;
        }

        await File.WriteAllTextAsync(receivedFile, received, TestContext.Current.CancellationToken);
        Assert.Fail($"The public API differs from the approved one. Compare PublicApi.received.txt with PublicApi.approved.txt in {Path.GetDirectoryName(approvedFile)}; if the change is meant, let the first replace the second.");
    }
}
