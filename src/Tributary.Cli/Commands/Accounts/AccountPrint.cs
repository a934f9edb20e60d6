using Tributary.Accounts;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Accounts;

internal static class AccountPrint
{
    public static void Test(AccountTest test, Call call, bool json)
    {
        if (json)
        {
            call.WriteJson(AccountTestForm.Of(test), JsonForms.Indented.AccountTestForm);
            return;
        }

        List([test.Account], call);
        call.Say($"{Words.Count(test.Sites.Count, "site")} can be read{(test.Sites.Count == 0 ? "." : $": {string.Join(", ", test.Sites.Take(10).Select(s => $"{s.Id} {TextTable.Clean(s.Name)}"))}{(test.Sites.Count > 10 ? ", ..." : "")}")}");
    }

    public static void List(IReadOnlyList<Account> accounts, Call call)
    {
        var table = new TextTable("ACCOUNT", "URL", "MATOMO", "STATE", "DATASETS", "LAST USED", "REASON").AlignRight(4);
        foreach (var account in accounts)
        {
            table.Add(
                account.Name, account.Url, account.MatomoVersion ?? "-", account.State.Replace('_', ' '), Words.Number(account.DataSets), Words.Moment(account.LastUsedAt), account.Reason ?? "");
        }

        call.WriteTable(table);
    }
}
