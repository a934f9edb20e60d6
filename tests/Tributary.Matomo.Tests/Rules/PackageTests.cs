using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Rules;

public sealed partial class PackageTests : IDisposable
{
    private const string Version = "0.1.0-docs";

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tributary-package-");

    public void Dispose() => _folder.Delete(recursive: true);

    // Packs and builds: about 10 seconds.
    [Fact]
    public async Task The_program_of_the_documentation_runs_against_the_package()
    {
        await using var server = ScriptedServer.Start();
        server.Always(request => request.Method switch
        {
            "SitesManager.getSitesWithAtLeastViewAccess" => ScriptedReply.Of(Recordings.Get("5.2/SitesManager/getSitesWithAtLeastViewAccess.super")),
            _ => ScriptedReply.Of(Recordings.Get("5.2/PageUrls/getPageUrls.depth")),
        });
        await PackAsync();
        await WriteProgramAsync();

        await DotnetAsync("build", "-c", "Release", "-o", "out", "-v", "quiet", "-nologo", "-nodeReuse:false");
        var printed = await DotnetAsync(Path.Combine("out", "Program.dll"), server.Address.AbsoluteUri);

        Assert.Contains("Site 1: Shop", printed, StringComparison.Ordinal);
        Assert.Contains("catalog", printed, StringComparison.Ordinal);
        Assert.EndsWith(" rows", printed.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain(CanaryToken.Value, printed, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Equal(CanaryToken.Value, request.Form["token_auth"]));
        Assert.Equal(["SitesManager.getSitesWithAtLeastViewAccess", "Actions.getPageUrls"], server.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task The_package_holds_its_readme_its_documentation_and_its_licence()
    {
        await PackAsync();

        await using var package = await ZipFile.OpenReadAsync(Path.Combine(_folder.FullName, $"Tributary.Matomo.{Version}.nupkg"), TestContext.Current.CancellationToken);
        var names = package.Entries.Select(entry => entry.FullName).ToArray();
        using var nuspec = new StreamReader(await package.GetEntry("Tributary.Matomo.nuspec")!.OpenAsync(TestContext.Current.CancellationToken));
        var description = await nuspec.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("README.md", names);
        Assert.Contains("lib/net10.0/Tributary.Matomo.dll", names);
        Assert.Contains("lib/net10.0/Tributary.Matomo.xml", names);
        Assert.Contains("<license type=\"expression\">MIT</license>", description, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_of_the_documentation_has_no_more_than_ten_lines() =>
        Assert.InRange((await ProgramAsync()).TrimEnd().Split('\n').Length, 5, 10);

    private static async Task<string> ProgramAsync()
    {
        var page = await File.ReadAllTextAsync(SourceTree.PathOf("docs/matomo-package.md"), TestContext.Current.CancellationToken);
        return CSharpBlock().Match(page).Groups["code"].Value;
    }

    private Task PackAsync() => DotnetAsync(
        "pack", SourceTree.PathOf("src/Tributary.Matomo"), "--no-build", "-c", Configuration, "-o", _folder.FullName, $"-p:PackageVersion={Version}", "-v", "quiet", "-nologo", "-nodeReuse:false");

    /// <summary>
    /// A project apart from the repository. Its packages come from the folder just packed into and from what the machine has restored before:
    /// no network, and nothing of the test is left in the machine's cache.
    /// </summary>
    private async Task WriteProgramAsync()
    {
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await WriteAsync("Program.cs", await ProgramAsync());
        await WriteAsync("Directory.Build.props", "<Project />");
        await WriteAsync("Directory.Packages.props", "<Project />");
        await WriteAsync("Program.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Tributary.Matomo" Version="[{Version}]" />
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("nuget.config", $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
              <fallbackPackageFolders>
                <clear />
                <add key="restored" value="{restored}" />
              </fallbackPackageFolders>
              <packageSources>
                <clear />
                <add key="packed" value="{_folder.FullName}" />
              </packageSources>
            </configuration>
            """);
    }

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text, TestContext.Current.CancellationToken);

    /// <summary>Runs <c>dotnet</c> in the folder and returns what it printed.</summary>
    private async Task<string> DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // What `dotnet test` or `dotnet run` set for themselves would reach into the other build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment.Remove("NUGET_PACKAGES");
        start.Environment["MATOMO_TOKEN"] = CanaryToken.Value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }

    [GeneratedRegex("```csharp\\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CSharpBlock();
}
