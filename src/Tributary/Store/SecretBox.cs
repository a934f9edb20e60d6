using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>
/// Encrypts tokens with keys that lie in a folder of the workspace, which nobody but its owner can read.
/// A backup of the store without that folder has no tokens in it.
/// </summary>
public sealed class SecretBox
{
    // New keys do not replace tokens written with old ones, so rolling them would only add files that must not be lost.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(365 * 100);

    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly Lazy<IDataProtectionProvider> _provider;

    /// <summary>Names the folder; it is created with its key by the first secret.</summary>
    public SecretBox(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _provider = new Lazy<IDataProtectionProvider>(Open);
    }

    /// <summary>Encrypts a secret of <paramref name="owner"/>, for whom alone it can be decrypted.</summary>
    public string Protect(string owner, string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentException.ThrowIfNullOrEmpty(secret);
        var ciphertext = Guard(() => Protector(owner).Protect(secret));
        CloseFiles();
        return ciphertext;
    }

    /// <summary>Decrypts what <see cref="Protect"/> encrypted.</summary>
    public string Unprotect(string owner, string ciphertext)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentException.ThrowIfNullOrEmpty(ciphertext);
        if (!Directory.Exists(_folder) || !Directory.EnumerateFiles(_folder, "key-*.xml").Any())
        {
            throw KeyMissing(null);
        }

        try
        {
            return Guard(() => Protector(owner).Unprotect(ciphertext));
        }
        catch (CryptographicException e)
        {
            throw KeyMissing(e);
        }
    }

    private IDataProtector Protector(string owner) => _provider.Value.CreateProtector("Tributary.AccountToken.v1", owner);

    private IDataProtectionProvider Open()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, OwnerFolder);
            File.SetUnixFileMode(_folder, OwnerFolder);
        }

        CloseFiles();
        return DataProtectionProvider.Create(new DirectoryInfo(_folder), builder => builder.SetApplicationName("Tributary").SetDefaultKeyLifetime(KeyLifetime));
    }

    /// <summary>Key files are made with the process's own mode: the folder keeps others out until they have theirs.</summary>
    private void CloseFiles()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            if (File.GetUnixFileMode(file) != OwnerFile)
            {
                File.SetUnixFileMode(file, OwnerFile);
            }
        }
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TributaryException("workspace.keys_unusable", Fault.Workspace, $"The keys in '{_folder}' cannot be read or written: {e.Message} Give this user the right to that folder.", e);
        }
    }

    private TributaryException KeyMissing(Exception? cause) => new(
        "workspace.key_missing",
        Fault.Workspace,
        $"The token cannot be decrypted: its key is not in '{_folder}'. Put the folder back from a backup, or give the account its token again.",
        cause);
}
