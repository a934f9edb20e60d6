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

    /// <summary>How many sites; the fourth has no visits at all.</summary>
    public int Sites { get; init; } = 5;

    /// <summary>The same seed makes the same visits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The version it says it is.</summary>
    public string Version { get; init; } = "5.2.0";

    /// <summary>The clock: nothing is later than its now.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Milliseconds every request takes.</summary>
    public int RequestMs { get; init; }

    /// <summary>Milliseconds a megabyte of answer takes.</summary>
    public int MsPerMb { get; init; }

    /// <summary>How many requests are worked on at a time; 0 is unlimited. The others wait.</summary>
    public int Parallel { get; init; }

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

    /// <summary>Rows an archive keeps of everything else.</summary>
    public int StandardRows { get; init; } = 500;
}
