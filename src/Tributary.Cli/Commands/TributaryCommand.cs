using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands;

/// <summary>The root: every command there is, and what holds for all of them.</summary>
internal sealed class TributaryCommand : RootCommand
{
    public TributaryCommand()
        : base("Reads Matomo reports into typed tables. A DataSet is right, or says what is not right about it.")
    {
        Help = Options.OfType<HelpOption>().Single();
        Help.Description = "Show this help.";
        Version = Options.OfType<VersionOption>().Single();
        Version.Description = "Show the version.";
        Workspace = WorkspaceFolder.Option();
        Options.Add(Workspace);
        Directives.Clear();

        Add(new DemoCommand());
        Add(new SampleCommand());
        Add(Noun("account", "Matomo addresses with their tokens.",
            new Accounts.AddCommand(), new Accounts.ListCommand(), new Accounts.TestCommand(), new Accounts.EditCommand(), new Accounts.TokenCommand(),
            new Accounts.RenameCommand(), new Accounts.DataSetsCommand(), new Accounts.MoveCommand(), new Accounts.RemoveCommand()));
        Add(Noun("report", "What can be read.", new Reports.ListCommand(), new Reports.DescribeCommand()));
        Add(new PreviewCommand());
        Add(Noun("dataset", "Tables kept up to date.",
            new DataSets.AddCommand(), new DataSets.ListCommand(), new DataSets.ShowCommand(), new DataSets.RunCommand(),
            new DataSets.StopCommand(), new DataSets.HistoryCommand(), new DataSets.LogCommand(), new DataSets.PartitionsCommand(), new DataSets.ExportCommand(),
            new DataSets.EditCommand(), new DataSets.DuplicateCommand(), new DataSets.MoveCommand(), new DataSets.RevertCommand(), new DataSets.VerifyCommand(), new DataSets.DeleteCommand()));
        Add(Noun("destination", "Where DataSets are written.",
            new Destinations.AddCommand(), new Destinations.ListCommand(), new Destinations.ShowCommand(), new Destinations.TestCommand(),
            new Destinations.EditCommand(), new Destinations.RenameCommand(), new Destinations.RemoveCommand(), new Destinations.KindsCommand()));
        Add(new QueryCommand());
        Add(Noun("alert", "Who is told when something is not right.",
            new Alerts.AddCommand(), new Alerts.ListCommand(), new Alerts.TestCommand(), new Alerts.RemoveCommand()));
        Add(new ApplyCommand());
        Add(Noun("config", "The workspace as a file.", new Config.ExportCommand(), new Config.SchemaCommand()));
        Add(new ServeCommand());
        Add(Noun("user", "Who may sign in to the Data Center.",
            new Users.AddCommand(), new Users.ListCommand(), new Users.PasswordCommand(), new Users.RoleCommand(), new Users.RemoveCommand()));
        Add(Noun("key", "Keys for programs that call the REST API.", new Keys.AddCommand(), new Keys.ListCommand(), new Keys.RevokeCommand()));
        Add(Noun("store", "Where the workspace's records are kept.", new Store.ShowCommand(), new Store.MoveCommand()));
        Add(new BackupCommand());
        Add(new CompactCommand());
        Add(new DoctorCommand());
    }

    public static string ProgramVersion =>
        typeof(TributaryCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public HelpOption Help { get; }

    public VersionOption Version { get; }

    public Option<string> Workspace { get; }

    private static Command Noun(string name, string description, params CliCommand[] verbs)
    {
        var noun = new Command(name, description);
        foreach (var verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }
}
