namespace Tributary.SampleMatomo;

/// <summary>What the sample Matomo is like: its size, its speed, its faults.</summary>
public sealed record SampleMatomoOptions
{
    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How many days of visits lie before today.</summary>
    public int Days { get; init; } = 60;

    /// <summary>Visits a day of an average site; from 60 on every report of every day has rows.</summary>
    public int VisitsPerDay { get; init; } = 60;

    /// <summary>How many sites, up to 999; the fourth has no visits at all.</summary>
    public int Sites { get; init; } = 5;

    /// <summary>A site that was created in the middle of the log and has no visits before; null is none.</summary>
    public int? LateSite { get; init; }

    /// <summary>How many goals a site with visits has at least, up to 120; what the first ones are is the site's own.</summary>
    public int Goals { get; init; }

    /// <summary>The share of visitors who sign in; with 1 every visitor has a user id.</summary>
    public double UsersShare { get; init; } = 0.12;

    /// <summary>The share of events that come without a name, whatever their action; flat rows by action leave them out, as Matomo's do. With 0 an action has names always or never.</summary>
    public double NamelessEvents { get; init; }

    /// <summary>The segments stored on the server.</summary>
    public IReadOnlyList<SampleSegment> Segments { get; init; } = [];

    /// <summary>Definitions of segments, stored or not, that nobody has archived: reports answer as if nobody had come, while the visits log still finds the visits.</summary>
    public IReadOnlyList<string> UnarchivedSegments { get; init; } = [];

    /// <summary>Plugins that are switched off.</summary>
    public IReadOnlyList<string> PluginsOff { get; init; } = [];

    /// <summary>Sites whose visits log is switched off.</summary>
    public IReadOnlyList<int> VisitsLogOffSites { get; init; } = [];

    /// <summary>Actions of a visit that the visits log shows at most (<c>visitor_log_maximum_actions_per_visit</c>).</summary>
    public int ActionsShown { get; init; } = 500;

    /// <summary>Ids of sites and goals leave the server as text, as with PHP 8.0 and older.</summary>
    public bool IdsAsText { get; init; }

    /// <summary>The same seed makes the same visits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The version it says it is. Before 5 errors come with status 200, before 4.14 the metadata has no <c>metricTypes</c>.</summary>
    public string Version { get; init; } = "5.2.0";

    /// <summary>The clock: nothing is later than its now.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Milliseconds every request takes; what the sample itself needs is part of it.</summary>
    public int RequestMs { get; init; }

    /// <summary>Milliseconds every item of a bulk request takes after the first.</summary>
    public int BulkItemMs { get; init; }

    /// <summary>Milliseconds a megabyte of answer takes.</summary>
    public int MsPerMb { get; init; }

    /// <summary>How many requests are worked on at a time; 0 is unlimited. The others wait.</summary>
    public int Parallel { get; init; }

    /// <summary>How many requests are answered in a minute; 0 is unlimited. More get status 429 with Retry-After.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Whether finished answers about days that are over are kept in memory, up to 2 GB.</summary>
    public bool KeepReplies { get; init; }

    /// <summary>Faults from the start.</summary>
    public IReadOnlyList<SampleFault> Faults { get; init; } = [];

    /// <summary>The super user's token; null derives one from the seed.</summary>
    public string? SuperToken { get; init; }

    /// <summary>The token of a user who may view all sites but the last.</summary>
    public string? ViewToken { get; init; }

    /// <summary>A token that works in a POST body only.</summary>
    public string? SecureOnlyToken { get; init; }

    /// <summary>Rows of an answer when the request names no limit.</summary>
    public int DefaultLimit { get; init; } = 100;

    /// <summary>Rows an archive keeps of pages, titles, downloads, outlinks.</summary>
    public int ActionsRows { get; init; } = 500;

    /// <summary>Rows an archive keeps of every folder of pages.</summary>
    public int ActionsSubRows { get; init; } = 100;

    /// <summary>Rows an archive keeps of site searches.</summary>
    public int SiteSearchRows { get; init; } = 500;

    /// <summary>Rows an archive keeps of referrers and campaigns.</summary>
    public int ReferrersRows { get; init; } = 1000;

    /// <summary>Rows an archive keeps below each referrer or campaign.</summary>
    public int ReferrersSubRows { get; init; } = 50;

    /// <summary>Rows an archive keeps of events.</summary>
    public int EventsRows { get; init; } = 500;

    /// <summary>Rows an archive keeps below each event.</summary>
    public int EventsSubRows { get; init; } = 500;

    /// <summary>Rows an archive keeps of custom dimensions.</summary>
    public int DimensionsRows { get; init; } = 1000;

    /// <summary>Rows an archive keeps of products.</summary>
    public int ProductsRows { get; init; } = 10_000;

    /// <summary>Rows an archive keeps of user ids.</summary>
    public int UsersRows { get; init; } = 50_000;

    /// <summary>Rows an archive keeps of everything else.</summary>
    public int StandardRows { get; init; } = 500;
}
