using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.Accounts;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>DataSets: listed, added, changed and deleted.</summary>
internal static class DataSetRoutes
{
    public static void MapDataSets(this IEndpointRouteBuilder api)
    {
        var dataSets = api.MapGroup("/datasets").WithTags("DataSets");
        dataSets.MapGet("", ListAsync).Needs(KeyScope.Read).WithName("ListDataSets").WithSummary("DataSets by name");
        dataSets.MapPost("", AddAsync).Needs(KeyScope.Manage).WithName("AddDataSet").WithSummary("Add a DataSet").WithDescription("The details are checked, sites included. No report is read yet: run it then.");
        dataSets.MapGet("/{dataset}", GetAsync).Needs(KeyScope.Read).WithName("GetDataSet").WithSummary("One DataSet with its columns");
        dataSets.MapPatch("/{dataset}", EditAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("EditDataSet").WithSummary("Change a DataSet").WithDescription("Only what is given changes. With dry_run nothing does, and the consequences are told.");
        dataSets.MapDelete("/{dataset}", DeleteAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("DeleteDataSet").WithSummary("Delete a DataSet, with its table unless keep_data");
        dataSets.MapPost("/{dataset}/duplicate", DuplicateAsync).Needs(KeyScope.Manage).WithName("DuplicateDataSet").WithSummary("Add a DataSet like another, without data");
        dataSets.MapGet("/{dataset}/partitions", PartitionsAsync).Needs(KeyScope.Read).WithName("ListPartitions").WithSummary("The state of every stored partition");
        dataSets.MapGet("/{dataset}/health", HealthAsync).Needs(KeyScope.Read).WithName("GetHealth").WithSummary("What is not right about the DataSet");
        dataSets.MapGet("/{dataset}/schemas", SchemasAsync).Needs(KeyScope.Read).WithName("ListSchemas").WithSummary("How the table's columns came to be");
        api.MapPost("/starter-set", AddStarterSetAsync).Needs(KeyScope.Manage).WithTags("DataSets").WithName("AddStarterSet").WithSummary("Add about twenty ready DataSets");
        api.MapPost("/preview", PreviewAsync).Needs(KeyScope.Manage).WithTags("DataSets").WithName("Preview").WithSummary("The first rows as they would be stored").WithDescription("Asks Matomo for no more than it shows. Nothing is stored.");
    }

    private static async Task<Tagged<IReadOnlyList<DataSetForm>>> ListAsync(
        HttpContext context,
        Workspace workspace,
        [Description("Items of a page, 1 to 1000; 100 when left out.")] int? take,
        [Description("Begin after the DataSet of this name: the next page.")] string? after,
        [Description("Text in the name, table, report, description or a tag.")] string? search,
        [Description("Only those of the account.")] string? account,
        [Description("Only those with the tag.")] string? tag,
        [Description("Only those whose last run ended so: failed, partial, succeeded_with_warnings, …")] string? status,
        CancellationToken cancellationToken)
    {
        var count = Paging.Take(take);
        var wanted = Choice.Of<RunStatus>("status", status);
        var found = (await workspace.ListDataSetsAsync(cancellationToken))
            .Where(d => after is null || StringComparer.OrdinalIgnoreCase.Compare(d.Definition.Name, after) > 0)
            .Where(d => account is null || string.Equals(d.AccountName, account, StringComparison.OrdinalIgnoreCase))
            .Where(d => tag is null || d.Definition.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
            .Where(d => wanted is null || d.LastRun?.Status == wanted)
            .Where(d => search is null || IsAbout(d, search))
            .OrderBy(d => d.Definition.Name, StringComparer.OrdinalIgnoreCase)
            .Take(count + 1);
        return Paging.Page(context, [.. found], count, DataSetForm.Of, "after", d => d.Definition.Name);
    }

    private static async Task<Created<DataSetForm>> AddAsync(DataSetFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var added = await workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = fields.Name ?? "",
                Account = fields.Account ?? throw new InputException("--account", "Say which account to read from."),
                Details = fields.ToDetails(),
                Table = fields.Table,
                Destination = fields.Destination,
                Settings = fields.ToSettings(),
                Schedule = fields.ToSchedule(),
            },
            cancellationToken);
        return TypedResults.Created(AddressOf(added), DataSetForm.Of(added));
    }

    private static async Task<Tagged<DataSetForm>> GetAsync(string dataset, Workspace workspace, CancellationToken cancellationToken) =>
        new(await FormOfAsync(dataset, workspace, cancellationToken));

    private static async Task<Ok<DataSetEditForm>> EditAsync(string dataset, DataSetFields fields, [Description("Only tell the consequences.")] bool? dry_run, HttpContext context, Workspace workspace, CancellationToken cancellationToken)
    {
        if (fields.Table is not null)
        {
            throw new InputException("--table", "A table keeps its name. Duplicate the DataSet to have another.");
        }

        if (fields.Destination is not null)
        {
            throw new InputException("--destination", $"A DataSet is moved to another destination at {ApiRoutes.Root}/datasets/…/move.");
        }

        var change = new DataSetChange
        {
            NewName = fields.Name,
            Account = fields.Account,
            Details = fields.HasDetails ? fields.ToChange() : null,
            Settings = fields.ToSettings(),
            Schedule = fields.ToSchedule(),
        };
        DataSetDefinition? seen = null;
        if (Tags.AreWanted(context))
        {
            var now = await workspace.GetDataSetAsync(dataset, cancellationToken);
            Tags.Demand(context, DataSetForm.Of(now));
            seen = now.Definition;
        }

        try
        {
            var edit = await workspace.EditDataSetAsync(dataset, change, seen, dry_run ?? false, cancellationToken);
            return TypedResults.Ok(new DataSetEditForm(DataSetForm.Of(edit.DataSet), edit.Consequences));
        }
        catch (TributaryException error) when (error.Code == "dataset.changed_meanwhile")
        {
            // A page or another process was first.
            throw Tags.Changed();
        }
    }

    private static async Task<NoContent> DeleteAsync(string dataset, [Description("Leave the table where it is.")] bool? keep_data, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.DeleteDataSetAsync(dataset, keep_data ?? false, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Created<DataSetForm>> DuplicateAsync(string dataset, NameFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var added = await workspace.DuplicateDataSetAsync(dataset, fields.Name ?? "", cancellationToken);
        return TypedResults.Created(AddressOf(added), DataSetForm.Of(added));
    }

    private static async Task<Tagged<IReadOnlyList<PartitionForm>>> PartitionsAsync(string dataset, Workspace workspace, CancellationToken cancellationToken) =>
        new([.. (await workspace.ReadPartitionsAsync(dataset, cancellationToken)).Select(PartitionForm.Of)]);

    private static async Task<Tagged<HealthForm>> HealthAsync(string dataset, Workspace workspace, CancellationToken cancellationToken) => new(HealthForm.Of(await workspace.Tables.ReadHealthAsync(dataset, cancellationToken)));

    private static async Task<Tagged<IReadOnlyList<SchemaVersionForm>>> SchemasAsync(string dataset, Workspace workspace, CancellationToken cancellationToken) =>
        new([.. (await workspace.ReadSchemasAsync(dataset, cancellationToken)).Select(SchemaVersionForm.Of)]);

    private static async Task<Ok<StarterSetForm>> AddStarterSetAsync(StarterSetFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var set = new NewStarterSet(NewStarterSet.Standard, fields.Account ?? throw new InputException("--account", "Say which account to read from."))
        {
            Sites = fields.Sites is null or [] ? null : string.Join(',', fields.Sites),
            Tags = fields.Tag ?? [],
        };
        return TypedResults.Ok(StarterSetForm.Of(await workspace.AddStarterSetAsync(set, cancellationToken)));
    }

    private static async Task<Ok<PreviewForm>> PreviewAsync(PreviewFields fields, Workspace workspace, CancellationToken cancellationToken) => TypedResults.Ok(PreviewForm.Of(
        await workspace.PreviewAsync(fields.Account ?? throw new InputException("--account", "Say which account to read from."), fields.ToDetails(), Paging.Take(fields.Rows ?? 50), cancellationToken)));

    private static async Task<string> IdOfAsync(string dataset, Workspace workspace, CancellationToken cancellationToken) => (await workspace.GetDataSetAsync(dataset, cancellationToken)).Id;

    private static async Task<DataSetForm> FormOfAsync(string dataset, Workspace workspace, CancellationToken cancellationToken) => DataSetForm.Of(await workspace.GetDataSetAsync(dataset, cancellationToken));

    private static bool IsAbout(DataSet dataSet, string text) =>
        dataSet.Definition.Tags.Append(dataSet.Definition.Name).Append(dataSet.Table).Append(dataSet.Definition.Details.Report).Append(dataSet.Definition.Description).Any(t => t.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static string AddressOf(DataSet dataSet) => $"{ApiRoutes.Root}/datasets/{dataSet.Id}";
}
