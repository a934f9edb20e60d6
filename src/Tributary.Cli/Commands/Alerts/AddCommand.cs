using System.CommandLine;
using Tributary.Alerts;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.Cli.Commands.Alerts;

internal sealed class AddCommand : CliCommand
{
    // Shorter ones may be words; hiding those would take them out of everything that is printed.
    private const int ShortestHidden = 8;

    private readonly Argument<string> _name = Kinds.Name("NAME", "The name to call the alert by.");
    private readonly Option<string> _smtp = Kinds.Text("--smtp", "HOST[:PORT]", "Send e-mails over this mail server. Default port: 587.");
    private readonly Option<string> _from = Kinds.Text("--from", "ADDRESS", "The sender of the e-mails.");
    private readonly Option<string[]> _to = Kinds.Texts("--to", "ADDRESS", "Whom to write to; several with commas, or given again.");
    private readonly Option<string> _user = Kinds.Text("--user", "NAME", "The user to sign in to the mail server with.");
    private readonly Option<string> _password = Kinds.Text("--password-env", "VAR", "Take that user's password from this environment variable. Kept encrypted.");
    private readonly Option<string> _tls = Kinds.Choice("--tls", "How the mail server is spoken to. Default: tls on port 465, starttls elsewhere.", "starttls", "tls", "none");
    private readonly Option<string> _webhook = Kinds.Text("--webhook", "URL", "POST JSON to this address; env:VAR takes it from an environment variable. Kept encrypted.");
    private readonly Option<bool> _slack = Kinds.Switch("--slack", "Use the form Slack reads. Set by itself for addresses at hooks.slack.com.");
    private readonly Option<string> _on = Kinds.Text("--on", "EVENTS", "Only these events, with commas: failed, recovered, late, drift, zero, totals. Default: all.");
    private readonly Option<string[]> _dataSets = Kinds.Texts("--dataset", "D", "Only for this DataSet; may be given again.");
    private readonly Option<string[]> _tags = Kinds.Texts("--tag", "T", "Only for DataSets with this tag; may be given again.");
    private readonly Option<bool> _all = Kinds.Switch("--all", "For every DataSet, also those to come. The default.");
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Tell somebody when DataSets fail, recover, are late, change their columns, drop to zero or do not add up.",
            "tributary alert add Team --smtp smtp.example.org --user tributary --password-env SMTP_PASSWORD --from tributary@example.org --to team@example.org",
            "tributary alert add Chat --webhook env:SLACK_URL --on failed,recovered --tag web")
    {
        Add(_name);
        AddAll([_smtp, _from, _to, _user, _password, _tls, _webhook, _slack, _on, _dataSets, _tags, _all, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Value(_all) && (call.Given(_dataSets) || call.Given(_tags)))
        {
            throw new InputException("--all", "give either --all, or --dataset and --tag.");
        }

        var alert = new NewAlert
        {
            Name = call.Value(_name),
            Smtp = call.Value(_smtp),
            From = call.Value(_from),
            To = Split(call.Value(_to)),
            User = call.Value(_user),
            Password = call.Value(_password) is { } variable ? Secret(call, "--password-env", variable) : null,
            Tls = call.Value(_tls) switch { "tls" => SmtpTls.Tls, "none" => SmtpTls.None, "starttls" => SmtpTls.StartTls, _ => null },
            Webhook = WebhookOf(call),
            IsSlack = call.Value(_slack),
            On = call.Value(_on),
            DataSets = call.Value(_dataSets) ?? [],
            Tags = Split(call.Value(_tags)),
        };
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var added = await workspace.Alerts.AddAsync(alert, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(AlertForm.Of(added), JsonForms.Indented.AlertForm);
            return ExitCode.Ok;
        }

        call.Say($"The alert {added.Definition.Name} is added. Try it with: tributary alert test {CommandText.Quote(added.Definition.Name)}");
        return ExitCode.Ok;
    }

    private string? WebhookOf(Call call)
    {
        var url = call.Value(_webhook);
        if (url?.StartsWith("env:", StringComparison.Ordinal) == true)
        {
            return Secret(call, "--webhook", url["env:".Length..]);
        }

        if (url is { Length: >= ShortestHidden })
        {
            call.Terminal.Redactor.Add(url);
        }

        return url;
    }

    private static string Secret(Call call, string flag, string variable)
    {
        var secret = call.Variable(flag, variable).Trim();
        if (secret.Length >= ShortestHidden)
        {
            call.Terminal.Redactor.Add(secret);
        }

        return secret;
    }

    private static string[] Split(string[]? texts) =>
        [.. (texts ?? []).SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
