using System.CommandLine;
using System.Text.Json;
using Tributary.Cli.Commands;
using Tributary.Cli.Options;
using Tributary.Model;

namespace Tributary.Cli.Tests;

public sealed class DetailsOptionsTests
{
    [Fact]
    public void Every_flag_lands_in_its_own_field()
    {
        var fields = typeof(DetailsInput).GetProperties().Where(p => p.CanWrite).ToList();

        Assert.All(fields, field =>
        {
            var flag = Flag(field.Name);
            var input = field.Name == nameof(DetailsInput.Report) ? Read(flag, "value") : Read("--report", "R", flag, "value");

            var value = field.GetValue(input);
            Assert.Equal("value", value is IReadOnlyList<string> list ? Assert.Single(list) : value);
            Assert.Equal(1, fields.Count(f => f.GetValue(input) is "value" or IReadOnlyList<string> { Count: > 0 }));
        });
    }

    [Fact]
    public void There_is_a_flag_for_every_field_and_no_other()
    {
        var flags = new DetailsOptions().All.Select(o => o.Name).Order(StringComparer.Ordinal);

        Assert.Equal(typeof(DetailsInput).GetProperties().Where(p => p.CanWrite).Select(p => Flag(p.Name)).Order(StringComparer.Ordinal), flags);
    }

    [Fact]
    public void Segments_and_parameters_can_be_repeated_and_keep_their_commas()
    {
        var input = Read("--report", "R", "--segment", "country==fr,country==de", "--segment", "deviceType==smartphone;visitCount>1", "--parameter", "idDimension=1", "--parameter", "x=a=b");

        Assert.Equal(["country==fr,country==de", "deviceType==smartphone;visitCount>1"], input.Segments);
        Assert.Equal(["idDimension=1", "x=a=b"], input.Parameters);
    }

    private static string Flag(string field)
    {
        var kebab = JsonNamingPolicy.KebabCaseLower.ConvertName(field);
        return $"--{(kebab is "segments" or "saved-segments" or "parameters" ? kebab[..^1] : kebab)}";
    }

    private static DetailsInput Read(params string[] words)
    {
        var options = new DetailsOptions();
        var command = new Command("x");
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }

        return options.Read(new Call(command.Parse(words), new TributaryCommand(), Cli.NewTerminal().Terminal));
    }
}
