using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using Tributary.Accounts;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

/// <summary>A client that another's generator makes of the document works: the document says what the API does.</summary>
public sealed class GeneratedClientTests(Center center)
{
    /// <summary>What a person would write against the generated client.</summary>
    private const string Flow = """
        public static class Flow
        {
            public static async System.Threading.Tasks.Task<string> RunAsync(System.Net.Http.HttpClient http, string account)
            {
                var api = new Generated.Client(http);
                var added = await api.AddDataSetAsync(new Generated.DataSetInput { Name = "By a client", Account = account, Report = "Actions.getPageUrls", Start_days_back = 2, End_days_back = 1, Tag = new[] { "client" } });
                var listed = await api.ListDataSetsAsync(10, null, "by a client", account, "client", null);
                var queued = await api.RunDataSetAsync(added.Id, new Generated.RunInput { Full = true });
                var runId = System.Linq.Enumerable.Single(queued.Runs).Run_id;
                var run = await api.GetRunAsync(runId);
                await api.StopRunAsync(runId);
                var log = await api.GetRunLogAsync(runId);
                var edited = await api.EditDataSetAsync(added.Id, false, new Generated.DataSetInput { Description = "changed" });
                var rows = await api.GetRowsAsync("Pages", "json", "label,nb_hits", null, "-nb_hits", 1, null, null);
                string refused;
                try { await api.GetDataSetAsync("no such DataSet"); refused = "no"; }
                catch (Generated.ApiException<Generated.Problem> e) { refused = e.Result.Code; }
                await api.DeleteDataSetAsync(added.Id, null);
                return $"{added.Table} {listed.Count} {run.Status} {log.Count > 0} {edited.Dataset.Description} {rows.Count} {refused}";
            }
        }
        """;

    [Fact]
    public async Task It_adds_runs_reads_changes_and_deletes()
    {
        using var http = center.Client(KeyScope.Manage);
        var document = await OpenApiDocument.FromJsonAsync((await http.AskAsync("/openapi/v1.json")).Is(200).Text, TestContext.Current.CancellationToken);
        var code = new CSharpClientGenerator(document, new CSharpClientGeneratorSettings
        {
            ClassName = "Client",
            UseBaseUrl = false,
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = NJsonSchema.CodeGeneration.CSharp.CSharpJsonLibrary.SystemTextJson },
        }).GenerateFile();

        var flow = Compile(code, Flow).GetType("Flow")!.GetMethod("RunAsync", BindingFlags.Public | BindingFlags.Static)!;
        var told = await (Task<string>)flow.Invoke(null, [http, "Main"])!;

        Assert.Equal("by_a_client 1 queued True changed 1 input.invalid", told);
    }

    private static Assembly Compile(params string[] sources)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create("Generated", sources.Select(s => CSharpSyntaxTree.ParseText(s)), platform, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
        assembly.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(assembly);
    }
}
