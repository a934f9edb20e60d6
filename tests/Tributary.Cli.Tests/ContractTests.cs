using Tributary.Cli.Commands;

namespace Tributary.Cli.Tests;

/// <summary>Names that scripts are written against: each flag is there, or on the list of those that come later.</summary>
public sealed class ContractTests
{
    private const string Details =
        "--report --sites --period --date --days-back --start --start-days-back --end --end-days-back --by --subtable --subtable-of --subtables --url --title " +
        "--action-name --action-type --flatten --goal --segment --saved-segment --parameter --steps --personal --levels --columns";

    public static TheoryData<string, string, string> Commands => new()
    {
        { "demo", "--once --port --json", "" },
        { "account add", "--url --token-env --token-stdin --requests-per-minute --parallel --header --basic-env --proxy --ca-file --language --user-agent --json", "" },
        { "account edit", "--url --requests-per-minute --parallel --header --basic-env --proxy --ca-file --language --user-agent --json", "" },
        { "account list", "--json", "" },
        { "account test", "--json", "" },
        { "account token", "--token-env --token-stdin", "" },
        { "account rename", "--json", "" },
        { "account datasets", "--json", "" },
        { "account move", "--to --dataset --json", "" },
        { "account remove", "", "" },
        { "report list", "--account --group --json", "" },
        { "report describe", "--account --json", "" },
        { "preview", $"--account {Details} --rows --json", "" },
        {
            "dataset add",
            $"--account {Details} --update --key --keep-days --lookback --allow-empty --every --daily-at --cron --manual --time-zone --retry --retry-after --no-retry --active-hours --weekly --monthly --missed " +
            "--expect-every --check --keep-runs --table --description --tag --destination --drift --preset --json",
            ""
        },
        {
            "dataset edit",
            $"--rename --account {Details} --update --key --keep-days --lookback --allow-empty --every --daily-at --cron --manual --time-zone --retry --retry-after --no-retry --active-hours --weekly --monthly --missed " +
            "--expect-every --check --keep-runs --description --tag --destination --drift --dry-run --json",
            ""
        },
        { "dataset duplicate", "--json", "" },
        { "dataset move", "--to --json", "" },
        { "dataset revert", "--run --json", "" },
        { "dataset verify", "--sample --from --to --json", "" },
        { "compact", "--json", "" },
        { "dataset list", "--json", "" },
        { "dataset show", "--json", "" },
        { "dataset run", "--all --tag --from --to --full --quiet-hours --dry-run --strict --json", "" },
        { "dataset stop", "--json", "" },
        { "dataset history", "--json", "" },
        { "dataset log", "--run --json", "" },
        { "dataset partitions", "--json", "" },
        { "dataset export", "--format --output --where", "" },
        { "dataset delete", "--keep-data", "" },
        { "destination add", "--json", "" },
        { "destination list", "--json", "" },
        { "destination show", "--json", "" },
        { "destination test", "--json", "" },
        { "destination edit", "--json", "" },
        { "destination rename", "--json", "" },
        { "destination remove", "--json", "" },
        { "destination kinds", "--json", "" },
        { "query", "--destination --format --json", "" },
        { "alert add", "--smtp --webhook --on --dataset --tag --all --json", "" },
        { "alert list", "--json", "" },
        { "alert test", "--json", "" },
        { "alert remove", "--json", "" },
        { "backup", "--without-keys --json", "" },
        { "apply", "--dry-run --prune --keep-data --json", "" },
        { "config export", "--json", "" },
        { "config schema", "", "" },
        { "sample", "--port --days --visits-per-day --sites --seed --request-ms --ms-per-mb --parallel --profile --fault --json", "" },
        { "serve", "--urls --role", "--urls" },
        { "user add", "--role --password-stdin --json", "" },
        { "user list", "--json", "" },
        { "user password", "--password-stdin", "" },
        { "user role", "", "" },
        { "user remove", "", "" },
        { "key add", "--scope --json", "" },
        { "key list", "--json", "" },
        { "key revoke", "", "" },
        { "store show", "--json", "" },
        { "store move", "--to --password-env --json", "" },
        { "doctor", "--json", "" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_flag_of_the_contract_is_there_or_comes_later(string name, string flags, string later)
    {
        var command = CommandNames.All(new TributaryCommand()).Single(c => CommandNames.Full(c) == $"tributary {name}");
        var there = CommandNames.OptionsOf(command).Where(o => !o.Hidden).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var promised = Split(flags).Append("--workspace").ToList();

        Assert.Equal(Split(later).Order(StringComparer.Ordinal), promised.Where(f => !there.Contains(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_command_is_in_the_contract()
    {
        var known = Commands.Select(c => $"tributary {c.Data.Item1}").Order(StringComparer.Ordinal);

        Assert.Equal(known, CommandNames.All(new TributaryCommand()).Select(CommandNames.Full).Order(StringComparer.Ordinal));
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
