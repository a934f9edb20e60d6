using MimeKit;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Alerts;

/// <summary>Adds, lists, tries and removes alerts.</summary>
internal sealed class AlertEditing(AlertStore alerts, DataSetStore dataSets, SecretBox secrets, AlertSender sender, string workspace, TimeProvider clock)
{
    private static readonly AlertEvent[] Events = [.. Enum.GetValues<AlertEvent>().Where(e => e != AlertEvent.Test)];

    /// <exception cref="InputException">Something in it does not hold together; nothing was written.</exception>
    public async Task<Alert> AddAsync(NewAlert alert, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var ids = await IdsAsync(alert.DataSets, problems, cancellationToken);
        var (definition, hidden) = Read(alert, problems);
        definition = definition with { All = ids.Count == 0 && alert.Tags.Count == 0, DataSets = ids };
        var id = await StoreAsync(null, definition, hidden, cancellationToken);
        return (await ListAsync(cancellationToken)).Single(a => a.Id == id);
    }

    /// <exception cref="InputException">There is no such alert, or something does not hold together; nothing was written.</exception>
    public async Task<Alert> EditAsync(string name, AlertChange change, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        var (problems, old) = (new List<Problem>(), record.Definition);
        if (change.Name is not null && NameRules.Problem(change.Name, "An alert") is { } wrong)
        {
            problems.Add(new Problem("NAME", wrong));
        }

        if (change.Name is not null && (await alerts.ListAsync(cancellationToken)).Any(a => a.Id != record.Id && NameKey.Of(a.Definition.Name) == NameKey.Of(change.Name)))
        {
            problems.Add(new Problem("NAME", $"There is an alert named '{change.Name.Trim()}' already. Choose another name."));
        }

        var ids = change.DataSets is null ? old.DataSets : await IdsAsync(change.DataSets, problems, cancellationToken);
        var events = change.On is null ? old.Events : EventsOf(change.On, problems);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        var tags = change.Tags ?? old.Tags;
        await alerts.UpdateAsync(record.Id, old with { Name = change.Name?.Trim() ?? old.Name, Events = events, DataSets = ids, Tags = tags, All = change.DataSets is null && change.Tags is null ? old.All : ids.Count == 0 && tags.Count == 0 }, record.Secrets, cancellationToken);
        return await GetAsync(record.Id, cancellationToken);
    }

    /// <exception cref="InputException">There is none of that name or id.</exception>
    public async Task<Alert> GetAsync(string name, CancellationToken cancellationToken)
    {
        var id = (await FindAsync(name, cancellationToken)).Id;
        return (await ListAsync(cancellationToken)).Single(a => a.Id == id);
    }

    /// <summary>What a person typed of an alert, without the DataSets it names.</summary>
    /// <exception cref="InputException">Something in it does not hold together, or <paramref name="problems"/> holds one already.</exception>
    public static (AlertDefinition Definition, AlertSecrets Hidden) Read(NewAlert alert, List<Problem> problems)
    {
        if (NameRules.Problem(alert.Name, "An alert") is { } wrong)
        {
            problems.Add(new Problem("NAME", wrong));
        }

        if ((alert.Smtp is null) == (alert.Webhook is null))
        {
            problems.Add(new Problem("--smtp", "Say where messages go: either --smtp HOST with --from and --to, or --webhook URL."));
            throw new InputException(problems);
        }

        var smtp = alert.Smtp is null ? null : Smtp(alert, problems);
        var url = alert.Webhook is null ? null : Url(alert, problems);
        var events = EventsOf(alert.On, problems);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        var definition = new AlertDefinition
        {
            Name = alert.Name.Trim(),
            Kind = url is null ? AlertKind.Smtp : AlertKind.Webhook,
            Events = events,
            Tags = alert.Tags,
            Smtp = smtp,
            WebhookHost = url?.Authority,
            IsSlack = url is not null && (alert.IsSlack || url.Host.Equals("hooks.slack.com", StringComparison.OrdinalIgnoreCase)),
        };
        return (definition, new AlertSecrets { Url = url?.AbsoluteUri, Password = alert.Password });
    }

    /// <summary>Whether a password that was given for one mail server and user would come to another, or be sent with less encryption.</summary>
    /// <param name="before">Where it went.</param>
    /// <param name="alert">Where it is to go.</param>
    public static bool LeadsElsewhere(SmtpSettings before, NewAlert alert) =>
        alert.Smtp is not null && ServerOf(alert) is var (host, port, tls)
        && (!host.Equals(before.Host, StringComparison.OrdinalIgnoreCase) || port != before.Port || alert.User != before.User || (tls == SmtpTls.None && before.Tls != SmtpTls.None));

    /// <summary>Stores an alert, in the place of another or as a new one, and returns its id.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public async Task<string> StoreAsync(string? id, AlertDefinition definition, AlertSecrets hidden, CancellationToken cancellationToken)
    {
        var cipher = hidden.Url is null && hidden.Password is null ? null : secrets.ProtectDocument(hidden);
        if (id is null)
        {
            return (await alerts.AddAsync(definition, cipher, cancellationToken)).Id;
        }

        await alerts.UpdateAsync(id, definition, cipher, cancellationToken);
        return id;
    }

    /// <summary>The secrets of an alert, as far as their key is there.</summary>
    public async Task<AlertSecrets> OpenAsync(string id, CancellationToken cancellationToken) =>
        (await alerts.GetAsync(id, cancellationToken))?.Secrets is { } cipher ? secrets.UnprotectDocument<AlertSecrets>(cipher) ?? new AlertSecrets() : new AlertSecrets();

    public async Task<IReadOnlyList<Alert>> ListAsync(CancellationToken cancellationToken)
    {
        var names = (await dataSets.ListAsync(cancellationToken)).ToDictionary(d => d.Id, d => d.Definition.Name, StringComparer.Ordinal);
        var posts = await alerts.PostsAsync(cancellationToken);
        return
        [
            .. (await alerts.ListAsync(cancellationToken)).Select(a =>
            {
                var post = posts.GetValueOrDefault(a.Id);
                return new Alert(a.Id, a.Definition, [.. a.Definition.DataSets.Select(id => names.GetValueOrDefault(id)).OfType<string>()], post?.Waiting ?? 0, post?.GivenUp ?? 0, post?.Error, post?.LastSentAt);
            }),
        ];
    }

    /// <exception cref="TributaryException">The message did not arrive, and why.</exception>
    public async Task TestAsync(string name, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        var now = clock.GetUtcNow();
        var message = new AlertMessage(AlertEvent.Test, null, null, $"This is a test of the alert '{record.Definition.Name}'. Nothing is to be done.", null, null, null, now, workspace);
        await sender.DeliverAsync(record, Guid.CreateVersion7(now).ToString(), message, cancellationToken);
        await alerts.ForgetGivenUpAsync(record.Id, cancellationToken);
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        await alerts.RemoveAsync((await FindAsync(name, cancellationToken)).Id, cancellationToken);

    private async Task<AlertRecord> FindAsync(string name, CancellationToken cancellationToken)
    {
        var all = await alerts.ListAsync(cancellationToken);
        return all.FirstOrDefault(a => NameKey.Of(a.Definition.Name) == NameKey.Of(name)) ?? all.FirstOrDefault(a => a.Id == name) ?? throw new InputException("NAME", all.Count == 0
            ? $"There is no alert '{name}': the workspace has none yet. Add one with: tributary alert add NAME --webhook URL"
            : $"There is no alert '{name}'.{NearestName.Hint(name, all.Select(a => a.Definition.Name))} The list: tributary alert list")
        { Missing = name };
    }

    private static SmtpSettings? Smtp(NewAlert alert, List<Problem> problems)
    {
        var before = problems.Count;
        var (host, port, tls) = ServerOf(alert);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || port is < 1 or > 65535)
        {
            problems.Add(new Problem("--smtp", $"'{alert.Smtp}' is no mail server. Write host or host:port, such as smtp.example.org:587."));
        }

        if (alert.User is not null && alert.Password is null)
        {
            problems.Add(new Problem("--password-env", "A user needs a password. Name the environment variable that holds it."));
        }

        if (alert.Password is not null && tls == SmtpTls.None && host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            problems.Add(new Problem("--tls", "A password is not sent over a connection that is not encrypted. Use --tls starttls or tls."));
        }

        if (alert.From is null || !IsAddress(alert.From))
        {
            problems.Add(new Problem("--from", alert.From is null ? "Say who the sender is: --from tributary@example.org." : $"'{alert.From}' is no e-mail address."));
        }

        if (alert.To.Count == 0)
        {
            problems.Add(new Problem("--to", "Say whom to write to: --to you@example.org."));
        }

        problems.AddRange(alert.To.Where(to => !IsAddress(to)).Select(to => new Problem("--to", $"'{to}' is no e-mail address.")));
        return problems.Count > before ? null : new SmtpSettings(host, port, tls, alert.User, alert.From!, alert.To);
    }

    private static (string Host, int Port, SmtpTls Tls) ServerOf(NewAlert alert)
    {
        var colon = alert.Smtp!.LastIndexOf(':');
        var (host, port) = colon > 0 && !alert.Smtp.EndsWith(']') ? (alert.Smtp[..colon], int.TryParse(alert.Smtp[(colon + 1)..], out var number) ? number : 0) : (alert.Smtp, 587);
        return (host.Trim('[', ']'), port, alert.Tls ?? (port == 465 ? SmtpTls.Tls : SmtpTls.StartTls));
    }

    // The parser also takes a name without a host, as mail to a user of the same machine was addressed once.
    private static bool IsAddress(string text) => MailboxAddress.TryParse(text, out var address) && address.Address.IndexOf('@', StringComparison.Ordinal) > 0;

    private static Uri? Url(NewAlert alert, List<Problem> problems)
    {
        if (Uri.TryCreate(alert.Webhook, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
        {
            return url;
        }

        problems.Add(new Problem("--webhook", "That is no webhook's address. Write https://host/path, without a user in front."));
        return null;
    }

    private static IReadOnlyList<AlertEvent> EventsOf(string? on, List<Problem> problems)
    {
        if (on is null)
        {
            return Events;
        }

        var chosen = new List<AlertEvent>();
        foreach (var word in on.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Events.Where(e => e.ToString().Equals(word, StringComparison.OrdinalIgnoreCase)).ToList() is [var known])
            {
                chosen.Add(known);
            }
            else
            {
                var names = Events.Select(e => e.ToString().ToLowerInvariant()).ToList();
                problems.Add(new Problem("--on", $"'{word}' is no event.{NearestName.Hint(word, names)} Events: {string.Join(", ", names)}."));
            }
        }

        if (chosen.Count == 0 && problems.Count == 0)
        {
            problems.Add(new Problem("--on", "Name at least one event, or leave --on out for all."));
        }

        return [.. chosen.Distinct()];
    }

    private async Task<IReadOnlyList<string>> IdsAsync(IReadOnlyList<string> names, List<Problem> problems, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        foreach (var name in names)
        {
            if (await dataSets.FindAsync(name, cancellationToken) is { } found)
            {
                ids.Add(found.Id);
            }
            else
            {
                problems.Add(new Problem("--dataset", $"There is no DataSet '{name}'.{NearestName.Hint(name, (await dataSets.ListAsync(cancellationToken)).Select(d => d.Definition.Name))}"));
            }
        }

        return ids;
    }
}
