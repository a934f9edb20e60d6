using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Where DataSets are written. Secrets go in and never come out.</summary>
internal static class DestinationRoutes
{
    public static void MapDestinations(this IEndpointRouteBuilder api)
    {
        var destinations = api.MapGroup("/destinations").WithTags("Destinations");
        destinations.MapGet("", ListAsync).Needs(KeyScope.Read).WithName("ListDestinations").WithSummary("Destinations: the embedded one first, the others by name");
        destinations.MapPost("", AddAsync).Needs(KeyScope.Manage).WithName("AddDestination").WithSummary("Test a destination and store it when it works").WithDescription("A table is written, read and removed again. When a step fails nothing is stored, and the steps say which.");
        api.MapGet("/destination-kinds", Kinds).Needs(KeyScope.Read).WithTags("Destinations").WithName("ListDestinationKinds").WithSummary("Kinds of destination that can be added, with their options");
        destinations.MapGet("/{destination}", GetAsync).Needs(KeyScope.Read).WithName("GetDestination").WithSummary("One destination with its tables");
        destinations.MapPatch("/{destination}", EditAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("EditDestination").WithSummary("Change options of a destination").WithDescription("Tested first; when a step fails nothing is stored.");
        destinations.MapDelete("/{destination}", DeleteAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("RemoveDestination").WithSummary("Forget a destination that no DataSet is written to; nothing in it is touched");
        destinations.MapPost("/{destination}/test", TestAsync).Needs(KeyScope.Manage).WithName("TestDestination").WithSummary("Test a destination step by step");
        destinations.MapPost("/{destination}/rename", RenameAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("RenameDestination").WithSummary("Give a destination another name");
        destinations.MapPost("/embedded/compact", CompactAsync).Needs(KeyScope.Manage).WithName("Compact").WithSummary("Give space of replaced rows back to the disk");
        api.MapPost("/datasets/{dataset}/move", MoveAsync).Needs(KeyScope.Manage).WithTags("DataSets").WithName("MoveDataSet").WithSummary("Move a DataSet to another destination").WithDescription("With its rows and the states of its partitions. Matomo is not read.");
    }

    private static async Task<Tagged<IReadOnlyList<DestinationForm>>> ListAsync(Workspace workspace, CancellationToken cancellationToken) =>
        new([.. (await workspace.Destinations.ListAsync(cancellationToken)).Select(DestinationForm.Of)]);

    private static Tagged<IReadOnlyList<DestinationKindForm>> Kinds(Workspace workspace) => new([.. workspace.Destinations.Kinds.Select(DestinationKindForm.Of)]);

    private static async Task<Tagged<DestinationDetailForm>> GetAsync(string destination, Workspace workspace, CancellationToken cancellationToken) =>
        new(await FormOfAsync(destination, workspace, cancellationToken));

    private static async Task<string> IdOfAsync(string destination, Workspace workspace, CancellationToken cancellationToken) => (await workspace.Destinations.GetAsync(destination, cancellationToken)).Name;

    private static async Task<DestinationDetailForm> FormOfAsync(string destination, Workspace workspace, CancellationToken cancellationToken) =>
        DestinationDetailForm.Of(await workspace.Destinations.DescribeAsync(destination, cancellationToken));

    private static async Task<Results<Created<DestinationTestForm>, UnprocessableEntity<DestinationTestForm>>> AddAsync(DestinationFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var added = new NewDestination(
            fields.Name ?? throw new InputException("name", "Say what to call the destination."),
            fields.Kind ?? throw new InputException("kind", "Say which kind of destination it is."),
            fields.Options ?? new Dictionary<string, string>());
        var test = await workspace.Destinations.AddAsync(added, cancellationToken);
        var form = DestinationTestForm.Of(test);
        return test.IsFine ? TypedResults.Created($"{ApiRoutes.Root}/destinations/{Uri.EscapeDataString(test.Destination.Name)}", form) : TypedResults.UnprocessableEntity(form);
    }

    private static async Task<Results<Ok<DestinationTestForm>, UnprocessableEntity<DestinationTestForm>>> EditAsync(string destination, DestinationFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        if (fields.Name is not null || fields.Kind is not null)
        {
            throw new InputException(fields.Name is not null ? "name" : "kind", $"A destination is renamed at {ApiRoutes.Root}/destinations/…/rename, and keeps its kind.");
        }

        var test = await workspace.Destinations.EditAsync(destination, fields.Options ?? new Dictionary<string, string>(), cancellationToken);
        return test.IsFine ? TypedResults.Ok(DestinationTestForm.Of(test)) : TypedResults.UnprocessableEntity(DestinationTestForm.Of(test));
    }

    private static async Task<NoContent> DeleteAsync(string destination, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.Destinations.RemoveAsync(destination, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<DestinationTestForm>> TestAsync(string destination, Workspace workspace, CancellationToken cancellationToken)
    {
        var told = await workspace.Destinations.GetAsync(destination, cancellationToken);
        return TypedResults.Ok(DestinationTestForm.Of(new DestinationTest(told, await workspace.Destinations.TestAsync(destination, cancellationToken).ToListAsync(cancellationToken))));
    }

    private static async Task<Ok<RenamedDestinationForm>> RenameAsync(string destination, NameFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var before = (await workspace.Destinations.GetAsync(destination, cancellationToken)).Name;
        return TypedResults.Ok(new RenamedDestinationForm(before, DestinationForm.Of(await workspace.Destinations.RenameAsync(destination, fields.Name ?? "", cancellationToken))));
    }

    private static async Task<Ok<DestinationMoveForm>> MoveAsync(string dataset, DestinationMoveFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var name = (await workspace.GetDataSetAsync(dataset, cancellationToken)).Definition.Name;
        var to = fields.To ?? throw new InputException("--to", "Say to which destination.");
        return TypedResults.Ok(DestinationMoveForm.Of(await workspace.MoveToDestinationAsync(name, to, fields.Keep ?? false, null, cancellationToken)));
    }

    private static async Task<Ok<CompactForm>> CompactAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var (before, after) = await workspace.CompactAsync(cancellationToken);
        return TypedResults.Ok(new CompactForm(before, after));
    }
}
