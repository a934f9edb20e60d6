using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Encrypts tokens and other secrets with the platform's data protection. The keys lie in the workspace's <c>keys</c> folder, outside the database, readable by the owner alone.</summary>
internal sealed class SecretBox
{
    private readonly string _folder;

    // Most commands open no secret, and the machinery takes a while to get ready.
    private readonly Lazy<IDataProtector> _protector;
    private readonly Lazy<IDataProtector> _texts;

    public SecretBox(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Restrict(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var provider = new Lazy<IDataProtectionProvider>(() => DataProtectionProvider.Create(new DirectoryInfo(folder), builder => builder.UseWorkspaceKeys(folder)));
        _protector = new Lazy<IDataProtector>(() => provider.Value.CreateProtector("account-token.v1"));
        _texts = new Lazy<IDataProtector>(() => provider.Value.CreateProtector("secrets.v1"));
    }

    /// <summary>Where the keys lie.</summary>
    public string Folder => _folder;

    /// <summary>Whether there are keys already.</summary>
    public bool HasKeys => Directory.EnumerateFiles(_folder, "key-*.xml").Any();

    /// <summary>Whether a key, by its id, is among them.</summary>
    public bool Has(string keyId) => File.Exists(Path.Combine(_folder, $"key-{keyId}.xml"));

    /// <summary>The id of the key that this process encrypts with. It stands in front of what is encrypted, behind four bytes that say how.</summary>
    public string KeyId() => new Guid(Protect(_texts.Value, "")[4..20]).ToString();

    /// <summary>Makes sure that what is encrypted can be read again.</summary>
    /// <exception cref="TributaryException"><c>workspace.keys</c>: the keys cannot be read or written.</exception>
    public void Require()
    {
        try
        {
            _texts.Value.Unprotect(_texts.Value.Protect([1]));
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new TributaryException("workspace.keys", Fault.Workspace, $"The keys in '{_folder}' cannot be used: {error.Message} Give this user the right to read and write that folder, or put back its copy from a backup.", error);
        }
    }

    /// <summary>What tells the key of personal fields from another and says nothing of it.</summary>
    public string PersonalMark() => Convert.ToHexStringLower(HMACSHA256.HashData(PersonalKey(), "mark"u8));

    /// <summary>Encrypts a token.</summary>
    public byte[] Protect(AccessToken token) => Protect(_protector.Value, token.Reveal());

    /// <summary>Encrypts a document that holds secrets.</summary>
    public byte[] ProtectDocument<T>(T document) => Protect(_texts.Value, StoreJson.Write(document));

    /// <summary>Decrypts a document; null when the key it was encrypted with is gone.</summary>
    public T? UnprotectDocument<T>(byte[] cipher)
        where T : class
    {
        try
        {
            return StoreJson.Read<T>(Encoding.UTF8.GetString(_texts.Value.Unprotect(cipher)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Decrypts a token.</summary>
    /// <exception cref="TributaryException">The key it was encrypted with is gone.</exception>
    public AccessToken Unprotect(byte[] cipher, string account)
    {
        try
        {
            return new AccessToken(Encoding.UTF8.GetString(_protector.Value.Unprotect(cipher)));
        }
        catch (CryptographicException error)
        {
            throw new TributaryException(
                "workspace.key_missing",
                Fault.Workspace,
                $"The token of account '{account}' cannot be decrypted: its key is not in {_folder}. Restore that folder, or give the token again with: tributary account token {ShellWord.Of(account)}",
                error);
        }
    }

    /// <summary>The key with which personal fields are hashed; made when it is first asked for. Losing it makes new hashes differ from the stored ones.</summary>
    public byte[] PersonalKey()
    {
        var path = Path.Combine(_folder, "personal.key");
        if (!File.Exists(path))
        {
            // Written beside and moved into place: of two processes that come first together one wins, and both use its key.
            var made = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllBytes(made, RandomNumberGenerator.GetBytes(32));
            Restrict(made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            try
            {
                File.Move(made, path, overwrite: false);
            }
            catch (IOException)
            {
                File.Delete(made);
            }
        }

        return File.ReadAllBytes(path);
    }

    private byte[] Protect(IDataProtector protector, string text)
    {
        var cipher = protector.Protect(Encoding.UTF8.GetBytes(text));
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            Restrict(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return cipher;
    }

    private static void Restrict(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
