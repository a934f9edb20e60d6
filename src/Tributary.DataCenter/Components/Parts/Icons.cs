namespace Tributary.DataCenter.Components.Parts;

/// <summary>The drawings of icons on a field of 16 by 16.</summary>
internal static class Icons
{
    public static string Of(string name) => name switch
    {
        "search" => """<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>""",
        "user" => """<circle cx="8" cy="5.6" r="2.6"/><path d="M2.8 13.6c.6-2.8 2.6-4.2 5.2-4.2s4.6 1.4 5.2 4.2"/>""",
        "table" => """<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M2 6.5h12M6.5 6.5V13"/>""",
        "history" => """<path d="M2.5 8a5.5 5.5 0 1 0 1.6-3.9L2.5 5.6M2.5 2.6v3h3"/><path d="M8 5v3.2l2 1.2"/>""",
        "prompt" => """<path d="m2.5 4.5 3.5 3.5-3.5 3.5M8 12h5.5"/>""",
        "more" => """<circle cx="3.5" cy="8" r=".8" fill="currentColor"/><circle cx="8" cy="8" r=".8" fill="currentColor"/><circle cx="12.5" cy="8" r=".8" fill="currentColor"/>""",
        "check" => """<path d="m3 8.5 3.2 3L13 4.5"/>""",
        "down" => """<path d="m4 6 4 4 4-4"/>""",
        "up" => """<path d="m4 10 4-4 4 4"/>""",
        "right" => """<path d="m6 4 4 4-4 4"/>""",
        "left" => """<path d="m10 4-4 4 4 4"/>""",
        "calendar" => """<rect x="2.5" y="3.5" width="11" height="10" rx="1.5"/><path d="M2.5 7h11M5.5 2v3M10.5 2v3"/>""",
        "reload" => """<path d="M13.500 8a5.500 5.500 0 1 1-1.600-3.900l1.600 1.500M13.500 2.600v3h-3"/>""",
        "warning" => """<path d="M8 2.2 14.4 13.4H1.6z"/><path d="M8 6.5v3M8 11.4v.1"/>""",
        "error" => """<circle cx="8" cy="8" r="6"/><path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4"/>""",
        "info" => """<circle cx="8" cy="8" r="6"/><path d="M8 7.4v3.6M8 5.1v.1"/>""",
        "eye" => """<path d="M1.500 8S4 3.800 8 3.800 14.500 8 14.500 8 12 12.200 8 12.200 1.500 8 1.500 8z"/><circle cx="8" cy="8" r="1.800"/>""",
        "key" => """<circle cx="5" cy="10.5" r="2.8"/><path d="m7.2 8.6 5.8-5.8M10.6 5l1.8 1.8"/>""",
        "plus" => """<path d="M8 3v10M3 8h10"/>""",
        "close" => """<path d="m4 4 8 8M12 4l-8 8"/>""",
        "play" => """<path d="M5 3.200v9.600l7.500-4.800z"/>""",
        "stop" => """<rect x="4" y="4" width="8" height="8" rx="1"/>""",
        "download" => """<path d="M8 2.500v7.500M4.800 7 8 10.200 11.200 7M3 13.200h10"/>""",
        "filter" => """<path d="M2.500 4h11M4.500 8h7M6.500 12h3"/>""",
        "bell" => """<path d="M4 11.500V7a4 4 0 0 1 8 0v4.500zM2.800 11.500h10.400M7 13.800h2"/>""",
        "clock" => """<circle cx="8" cy="8" r="5.800"/><path d="M8 4.800V8l2.200 1.400"/>""",
        "out" => """<path d="M9 3h4v4M13 3 7.500 8.500M11 9.500V13H3V5h3.500"/>""",
        "copy" => """<rect x="5.500" y="5.500" width="8" height="8" rx="1.500"/><path d="M3 10.500V4a1.500 1.500 0 0 1 1.500-1.500H11"/>""",
        "sort-up" => """<path d="m4.500 9.500 3.500-4 3.500 4"/>""",
        "sort-down" => """<path d="m4.500 6.500 3.500 4 3.500-4"/>""",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such icon."),
    };
}
