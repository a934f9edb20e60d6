using Microsoft.AspNetCore.DataProtection;

namespace Tributary;

/// <summary>How everything that encrypts with a workspace's keys is set up: with one key, for good.</summary>
public static class WorkspaceKeys
{
    /// <summary>Uses the keys in a folder, and makes one that lasts as long as the workspace where there is none.</summary>
    /// <param name="builder">What is set up.</param>
    /// <param name="folder">The workspace's <c>keys</c> folder.</param>
    /// <remarks>The platform's own habit is a new key every 90 days. Here a copy of the folder opens everything as long as the workspace lives, and nodes that were given the same keys go on using the same.</remarks>
    public static IDataProtectionBuilder UseWorkspaceKeys(this IDataProtectionBuilder builder, string folder) =>
        builder.SetApplicationName("Tributary").PersistKeysToFileSystem(new DirectoryInfo(folder)).SetDefaultKeyLifetime(TimeSpan.FromDays(36_500));
}
