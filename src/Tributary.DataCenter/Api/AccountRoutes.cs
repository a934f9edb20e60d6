using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.Accounts;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Accounts. A token goes in and never comes out.</summary>
internal static class AccountRoutes
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Accounts");
        accounts.MapGet("", ListAsync).Needs(KeyScope.Read).WithName("ListAccounts").WithSummary("Accounts by name");
        accounts.MapPost("", AddAsync).Needs(KeyScope.Manage).WithName("AddAccount").WithSummary("Test a connection and store it when it works").WithDescription("When a step fails nothing is stored, and the steps say which.");
        accounts.MapGet("/{account}", GetAsync).Needs(KeyScope.Read).WithName("GetAccount").WithSummary("One account");
        accounts.MapPatch("/{account}", EditAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("EditAccount").WithSummary("Change the address or the connection").WithDescription("Tested first; when a step fails nothing is stored.");
        accounts.MapDelete("/{account}", DeleteAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("RemoveAccount").WithSummary("Remove an account; its DataSets keep their data");
        accounts.MapPost("/{account}/test", TestAsync).Needs(KeyScope.Manage).WithName("TestAccount").WithSummary("Test the connection step by step");
        accounts.MapPut("/{account}/token", TokenAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("ReplaceToken").WithSummary("Test another token and store it when it works");
        accounts.MapPost("/{account}/rename", RenameAsync).InTurn(IdOfAsync, FormOfAsync).Needs(KeyScope.Manage).WithName("RenameAccount").WithSummary("Give the account another name");
        accounts.MapGet("/{account}/datasets", DataSetsAsync).Needs(KeyScope.Read).WithName("ListDataSetsOfAccount").WithSummary("The DataSets that stand on the account");
        accounts.MapPost("/{account}/move", MoveAsync).Needs(KeyScope.Manage).WithName("MoveDataSets").WithSummary("Put DataSets on another account");
    }

    private static async Task<Tagged<IReadOnlyList<AccountForm>>> ListAsync(Workspace workspace, CancellationToken cancellationToken) =>
        new([.. (await workspace.Accounts.ListAsync(cancellationToken)).Select(AccountForm.Of)]);

    private static async Task<Tagged<AccountForm>> GetAsync(string account, Workspace workspace, CancellationToken cancellationToken) =>
        new(await FormOfAsync(account, workspace, cancellationToken));

    private static async Task<Results<Created<AccountTestForm>, UnprocessableEntity<AccountTestForm>>> AddAsync(AccountFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var added = await workspace.Accounts.AddAsync(
            new NewAccount
            {
                Name = fields.Name,
                Url = fields.Url ?? throw new InputException("--url", "Give the address of the Matomo."),
                Token = fields.TokenOrRefuse(),
                Connection = fields.ToConnection(),
            },
            cancellationToken);
        var test = AccountTestForm.Of(added);
        return Works(added) ? TypedResults.Created($"{ApiRoutes.Root}/accounts/{Uri.EscapeDataString(added.Account.Name)}", test) : TypedResults.UnprocessableEntity(test);
    }

    private static async Task<Results<Ok<AccountTestForm>, UnprocessableEntity<AccountTestForm>>> EditAsync(string account, AccountFields fields, Workspace workspace, CancellationToken cancellationToken) => fields.Name is not null
        ? throw new InputException("name", $"An account is renamed at {ApiRoutes.Root}/accounts/…/rename.")
        : Tested(await workspace.Accounts.EditAsync(account, new AccountEdit { Url = fields.Url, Token = fields.Token is null ? null : fields.TokenOrRefuse(), Connection = fields.ToConnection() }, cancellationToken));

    private static async Task<Ok<RemovedAccountForm>> DeleteAsync(string account, Workspace workspace, CancellationToken cancellationToken)
    {
        var name = (await FindAsync(account, workspace, cancellationToken)).Name;
        return TypedResults.Ok(new RemovedAccountForm(name, await workspace.Accounts.RemoveAsync(account, cancellationToken)));
    }

    private static async Task<Ok<AccountTestForm>> TestAsync(string account, Workspace workspace, CancellationToken cancellationToken) => TypedResults.Ok(AccountTestForm.Of(await workspace.Accounts.TestAsync(account, cancellationToken)));

    private static async Task<Results<Ok<AccountTestForm>, UnprocessableEntity<AccountTestForm>>> TokenAsync(string account, TokenFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        await FindAsync(account, workspace, cancellationToken);
        return Tested(await workspace.Accounts.ReplaceTokenAsync(account, AccountFields.TokenOf(fields.Token), cancellationToken));
    }

    private static async Task<Ok<RenamedAccountForm>> RenameAsync(string account, NameFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        var before = (await FindAsync(account, workspace, cancellationToken)).Name;
        return TypedResults.Ok(new RenamedAccountForm(before, AccountForm.Of(await workspace.Accounts.RenameAsync(account, fields.Name ?? "", cancellationToken))));
    }

    private static async Task<Tagged<IReadOnlyList<DataSetForm>>> DataSetsAsync(string account, Workspace workspace, CancellationToken cancellationToken) =>
        new([.. (await workspace.Accounts.ListDataSetsAsync(account, cancellationToken)).Select(DataSetForm.Of)]);

    private static async Task<Ok<MovedDataSetsForm>> MoveAsync(string account, MoveFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        await FindAsync(account, workspace, cancellationToken);
        var move = await workspace.Accounts.MoveDataSetsAsync(account, fields.Datasets ?? [], fields.To ?? throw new InputException("--to", "Say to which account."), cancellationToken);
        return TypedResults.Ok(new MovedDataSetsForm(move.To, move.DataSets));
    }

    private static Results<Ok<AccountTestForm>, UnprocessableEntity<AccountTestForm>> Tested(AccountTest test) =>
        Works(test) ? TypedResults.Ok(AccountTestForm.Of(test)) : TypedResults.UnprocessableEntity(AccountTestForm.Of(test));

    private static bool Works(AccountTest test) => test.Steps.All(s => s.Result != Matomo.ConnectionStepResult.Failed);

    private static async Task<string> IdOfAsync(string account, Workspace workspace, CancellationToken cancellationToken) => (await FindAsync(account, workspace, cancellationToken)).Id;

    private static async Task<AccountForm> FormOfAsync(string account, Workspace workspace, CancellationToken cancellationToken) => AccountForm.Of(await FindAsync(account, workspace, cancellationToken));

    private static async Task<Account> FindAsync(string name, Workspace workspace, CancellationToken cancellationToken) =>
        (await workspace.Accounts.ListAsync(cancellationToken)).FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase) || a.Id == name)
        ?? throw new InputException("--account", $"There is no account '{name}'. The list: {ApiRoutes.Root}/accounts") { Missing = name };
}
