using PublicApiGenerator;

namespace Tributary.Matomo.Tests.Package;

public class PublicApiTests
{
    [Fact]
    public async Task The_public_API_is_the_approved_one()
    {
        var approved = Path.Combine(SourceTree.Root, "tests", "Tributary.Matomo.Tests", "Package", "PublicApi.approved.txt");
        var received = Path.ChangeExtension(approved, ".received.txt");
        var api = typeof(MatomoClient).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";

        if (api != (File.Exists(approved) ? await File.ReadAllTextAsync(approved, TestContext.Current.CancellationToken) : ""))
        {
            await File.WriteAllTextAsync(received, api, TestContext.Current.CancellationToken);
            Assert.Fail($"The public API of the package has changed. Look at the difference; if it is meant, accept it with:\n  mv '{received}' '{approved}'");
        }
    }
}
