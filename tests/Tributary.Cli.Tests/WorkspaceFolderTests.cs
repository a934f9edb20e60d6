using Tributary.Cli.Commands;
using Tributary.Cli.Options;

namespace Tributary.Cli.Tests;

public sealed class WorkspaceFolderTests
{
    [Fact]
    public void The_environment_names_the_folder_when_the_command_line_does_not()
    {
        var root = new TributaryCommand();
        var terminal = new Terminals.Terminal(TextWriter.Null, TextWriter.Null) { Variable = name => name == "TRIBUTARY_WORKSPACE" ? "/named" : null };

        Assert.Equal("/named", new Call(root.Parse(["doctor"]), root, terminal).Folder);
        Assert.Equal("/given", new Call(root.Parse(["doctor", "--workspace", "/given"]), root, terminal).Folder);
        Assert.Equal("/given", new Call(root.Parse(["--workspace", "/given", "doctor"]), root, terminal).Folder);
    }

    [Fact]
    public void The_demo_has_a_folder_of_its_own() =>
        Assert.NotEqual(WorkspaceFolder.Default(_ => null), WorkspaceFolder.Demo());
}
