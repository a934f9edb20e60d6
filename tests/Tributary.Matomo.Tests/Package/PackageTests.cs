using System.Diagnostics;
using System.IO.Compression;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Package;

/// <summary>The program in the documentation, compiled against the packed package as a stranger would, and run.</summary>
public class PackageTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [Fact]
    public async Task The_program_in_the_documentation_runs_against_the_package()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-package-");
        try
        {
            await PackAsync(folder.FullName);
            await WriteProjectAsync(folder.FullName, await ProgramAsync());
            await using var server = ScriptedServer.Start().Always(request => ScriptedReply.Json(request.Method switch
            {
                "SitesManager.getSitesWithAtLeastViewAccess" => """[{"idsite":1,"name":"Shop","timezone":"UTC+5.5","currency":"EUR"}]""",
                _ => """{"nb_visits":148,"bounce_rate":0.34}""",
            }));

            await RunAsync(folder.FullName, "build", "-c", "Release", "--nologo", "-v", "quiet");
            var output = await RunAsync(folder.FullName, Path.Combine("bin", "Release", "net10.0", "Program.dll"), server.Address.AbsoluteUri);

            Assert.Equal("Shop\n  nb_visits = 148\n  bounce_rate = 0.34\n", output.ReplaceLineEndings("\n"));
            Assert.Equal("VisitsSummary.get", server.Requests[^1].Method);
            Assert.Equal(CanaryToken.Value, server.Requests[^1].Form["token_auth"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_program_in_the_documentation_has_ten_lines() => Assert.Equal(10, (await ProgramAsync()).TrimEnd().Split('\n').Length);

    [Fact]
    public async Task The_package_holds_its_readme_and_its_documentation()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-package-");
        try
        {
            await PackAsync(folder.FullName);
            await using var package = await ZipFile.OpenReadAsync(Directory.GetFiles(folder.FullName, "*.nupkg").Single(), TestContext.Current.CancellationToken);

            Assert.Subset(
                package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal),
                new HashSet<string>(StringComparer.Ordinal) { "README.md", "lib/net10.0/Tributary.Matomo.dll", "lib/net10.0/Tributary.Matomo.xml" });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<string> PackAsync(string folder) => RunAsync(
        SourceTree.Root,
        "pack",
        Path.Combine("src", "Tributary.Matomo", "Tributary.Matomo.csproj"),
        "--no-build",
        "-c",
        Configuration,
        "-o",
        folder,
        "--nologo",
        "-p:PackageVersion=0.0.1-test");

    private static async Task<string> ProgramAsync()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "matomo-package.md"), TestContext.Current.CancellationToken);
        var start = page.IndexOf("<!-- program -->", StringComparison.Ordinal);
        start = page.IndexOf("```csharp\n", start, StringComparison.Ordinal) + "```csharp\n".Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }

    /// <summary>
    /// The packed package is the only source, and packages already restored on this machine stand behind it, so that nothing is fetched;
    /// the folder keeps its own cache, so that the next run does not find this run's package.
    /// </summary>
    private static async Task WriteProjectAsync(string folder, string program)
    {
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await WriteAsync("Program.cs", program);
        await WriteAsync("Directory.Build.props", "<Project />");
        await WriteAsync("Directory.Packages.props", "<Project />");
        await WriteAsync("Program.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Tributary.Matomo" Version="0.0.1-test" />
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="restored" /></config>
              <packageSources><clear /><add key="packed" value="." /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);
    }

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MATOMO_TOKEN"] = CanaryToken.Value;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        // Set by the SDK that runs the tests for its own children; a build would take its projects for parts of ours.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) && name != "MSBUILDDISABLENODEREUSE").ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }
}
