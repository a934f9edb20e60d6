using System.CommandLine;
using Tributary.Cli.Commands;

namespace Tributary.Cli.Options;

/// <summary>Limits and extras of an account's connection.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<int?> _perMinute = Kinds.Number("--requests-per-minute", "At most so many requests a minute. Default: no limit.", 1);
    private readonly Option<int?> _parallel = Kinds.Number("--parallel", "Requests at the same time, over all runs. Default: 2.", 1, 64);
    private readonly Option<string> _language = Kinds.Text("--language", "L", "The language of labels, as Matomo codes it. Default: en.");
    private readonly Option<string> _userAgent = Kinds.Text("--user-agent", "T", "The User-Agent to send. Default: Tributary's own.");

    public IReadOnlyList<Option> All => [_perMinute, _parallel, _language, _userAgent];

    public AccountSettings Read(Call call)
    {
        var settings = new AccountSettings();
        return settings with
        {
            RequestsPerMinute = call.Value(_perMinute),
            ParallelRequests = call.Value(_parallel) ?? settings.ParallelRequests,
            Language = call.Value(_language) ?? settings.Language,
            UserAgent = call.Value(_userAgent),
        };
    }
}
