using Tributary.Model;

namespace Tributary.Store;

/// <summary>What <c>store-address.json</c> of a workspace's folder says.</summary>
/// <param name="Address">Where the store is, without a password.</param>
/// <param name="Password">The password, encrypted with the workspace's keys; null where it comes from elsewhere.</param>
internal sealed record StoreFile(string Address, byte[]? Password);

/// <summary>Which store a workspace has: the address it is opened with, else that in its <c>store-address.json</c>, else its own <c>tributary.db</c>.</summary>
internal static class StorePlace
{
    /// <summary>The file of a store that lies in the folder.</summary>
    public const string FileName = "tributary.db";

    private const string SettingFile = "store-address.json";

    /// <summary>The engine of a workspace's store.</summary>
    /// <param name="folder">The workspace's folder.</param>
    /// <param name="given">The address the workspace is opened with; null for none.</param>
    /// <param name="setting">Where that was given.</param>
    /// <exception cref="TributaryException">What the folder says cannot be read.</exception>
    public static StoreEngine EngineOf(string folder, string? given, string setting)
    {
        if (given is { Length: > 0 })
        {
            return new PostgreSqlEngine(StoreAddress.Parse(given, setting));
        }

        var path = Path.Combine(folder, SettingFile);
        if (!File.Exists(path))
        {
            return new SqliteEngine(Path.Combine(folder, FileName));
        }

        var file = StoreJson.Read<StoreFile>(File.ReadAllText(path));
        var password = file.Password is null
            ? null
            : new SecretBox(Path.Combine(folder, "keys")).UnprotectDocument<string>(file.Password)
                ?? throw new TributaryException("workspace.key_missing", Fault.Workspace, $"The password of the store in {path} cannot be decrypted: its key is not in {Path.Combine(folder, "keys")}. Restore that folder, or name the store with TRIBUTARY_STORE.");
        return new PostgreSqlEngine(StoreAddress.Parse(file.Address, path, password));
    }

    /// <summary>Whether the folder names a store elsewhere.</summary>
    public static bool IsNamed(string folder) => File.Exists(Path.Combine(folder, SettingFile));

    /// <summary>Has the folder name a store elsewhere.</summary>
    public static void Name(string folder, StoreAddress address, SecretBox secrets)
    {
        var path = Path.Combine(folder, SettingFile);
        var text = StoreJson.Write(new StoreFile(address.ToString(), address.Password is { } password ? secrets.ProtectDocument(password) : null));
        File.WriteAllText(path + ".new", text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Has the store lie in the folder again.</summary>
    public static void Unname(string folder) => File.Delete(Path.Combine(folder, SettingFile));
}
