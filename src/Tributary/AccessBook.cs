using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Tributary.Model;
using Tributary.Store;

namespace Tributary;

/// <summary>Who may use a workspace from afar: people who sign in, and programs with a key.</summary>
public sealed class AccessBook
{
    /// <summary>Wrong passwords in a row after which none is taken for a while.</summary>
    public const int MostFailures = 5;

    /// <summary>The shortest password.</summary>
    public const int LeastPassword = 10;

    // A minute of another's guesses is worth nothing, and a person who mistyped waits no longer than for a coffee.
    private static readonly TimeSpan LockOut = TimeSpan.FromMinutes(5);

    // What tells keys of this product from others, to people and to programs that look for leaked ones.
    private const string KeyPrefix = "trb_";

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;
    private readonly PasswordHasher<UserRecord> _hasher = new();

    // Checked when there is no such person, so that the time an answer takes tells nothing.
    private readonly Lazy<string> _nobody;

    internal AccessBook(AccessStore store, TimeProvider clock)
    {
        _store = store;
        _clock = clock;
        _nobody = new Lazy<string>(() => _hasher.HashPassword(null!, NewSecret()));
    }

    /// <summary>Everybody who may sign in, by name.</summary>
    public async Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancellationToken) => (await _store.ListUsersAsync(cancellationToken)).ConvertAll(UserOf);

    /// <summary>Adds the first person, a manager; nobody else can be first.</summary>
    /// <exception cref="InputException">The name or the password does not do, or somebody is there already.</exception>
    public async Task<User> AddFirstUserAsync(string name, string password, CancellationToken cancellationToken)
    {
        var user = Draft(name, UserRole.Manager, password);
        return await _store.AddUserAsync(user, onlyFirst: true, cancellationToken)
            ? UserOf(user)
            : throw new InputException("name", "Somebody has set this up already. Sign in instead.");
    }

    /// <summary>Adds a person.</summary>
    /// <param name="name">The name to sign in with.</param>
    /// <param name="role">What they may do.</param>
    /// <param name="password">The password; null for one who comes by OpenID Connect.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">The name is taken, or the password does not do.</exception>
    public async Task<User> AddUserAsync(string name, UserRole role, string? password, CancellationToken cancellationToken)
    {
        var user = Draft(name, role, password);
        return await _store.AddUserAsync(user, onlyFirst: false, cancellationToken)
            ? UserOf(user)
            : throw new InputException("name", $"There is somebody named '{user.Name}' already. Choose another name.");
    }

    /// <summary>Tries a password.</summary>
    /// <returns>The person with the stamp their sessions carry; null when name and password do not belong together, or the person is locked: <see cref="SignIn.LockedUntil"/> says until when.</returns>
    public async Task<SignIn> SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        var now = _clock.GetUtcNow();
        var user = await _store.FindUserAsync(name, cancellationToken);
        if (user?.LockedUntil > now)
        {
            return new SignIn(null, null, user.LockedUntil);
        }

        var result = _hasher.VerifyHashedPassword(user!, user?.PasswordHash ?? _nobody.Value, password);
        if (user?.PasswordHash is null || result == PasswordVerificationResult.Failed)
        {
            var locked = user is null ? null : await _store.CountFailureAsync(user.Id, MostFailures, now + LockOut, cancellationToken);
            return new SignIn(null, null, locked > now ? locked : null);
        }

        var seen = user with { Failures = 0, LockedUntil = null, LastSeenAt = now };
        await _store.UpdateUserAsync(result == PasswordVerificationResult.SuccessRehashNeeded ? seen with { PasswordHash = _hasher.HashPassword(seen, password) } : seen, cancellationToken);
        return new SignIn(UserOf(seen), seen.Stamp, null);
    }

    /// <summary>Signs in a person whom an OpenID Connect provider has vouched for; added as a viewer when they are new.</summary>
    public async Task<SignIn> SignInVouchedAsync(string name, UserRole roleWhenNew, CancellationToken cancellationToken)
    {
        var user = await _store.FindUserAsync(name, cancellationToken);
        if (user is null)
        {
            await _store.AddUserAsync(Draft(name, roleWhenNew, null), onlyFirst: false, cancellationToken);
            user = (await _store.FindUserAsync(name, cancellationToken))!;
        }

        var seen = user with { LastSeenAt = _clock.GetUtcNow() };
        await _store.UpdateUserAsync(seen, cancellationToken);
        return new SignIn(UserOf(seen), seen.Stamp, null);
    }

    /// <summary>The person a session belongs to; null when it was ended or they are gone.</summary>
    public async Task<User?> FindSessionAsync(string userId, string stamp, CancellationToken cancellationToken) =>
        await _store.GetUserAsync(userId, cancellationToken) is { } user && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(user.Stamp), Encoding.UTF8.GetBytes(stamp)) ? UserOf(user) : null;

    /// <summary>Ends all sessions of a person.</summary>
    public Task SignOutEverywhereAsync(string userId, CancellationToken cancellationToken) => ChangeAsync(userId, u => u with { Stamp = NewSecret() }, cancellationToken);

    /// <summary>Gives a person another role; their sessions end.</summary>
    /// <exception cref="InputException">They are the last manager.</exception>
    public async Task ChangeRoleAsync(string userId, UserRole role, CancellationToken cancellationToken)
    {
        await RefuseLastManagerAsync(userId, role, cancellationToken);
        await ChangeAsync(userId, u => u with { Role = role, Stamp = NewSecret() }, cancellationToken);
    }

    /// <summary>Gives a person another password; their sessions end, and a lock goes.</summary>
    /// <exception cref="InputException">It does not do.</exception>
    public Task ChangePasswordAsync(string userId, string password, CancellationToken cancellationToken)
    {
        RefuseWeak(password);
        return ChangeAsync(userId, u => u with { PasswordHash = _hasher.HashPassword(u, password), Stamp = NewSecret(), Failures = 0, LockedUntil = null }, cancellationToken);
    }

    /// <summary>Removes a person; their sessions end.</summary>
    /// <exception cref="InputException">They are the last manager.</exception>
    public async Task RemoveUserAsync(string userId, CancellationToken cancellationToken)
    {
        await RefuseLastManagerAsync(userId, UserRole.Viewer, cancellationToken);
        await _store.RemoveUserAsync(userId, cancellationToken);
    }

    /// <summary>All keys, those that still open first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) => await _store.ListKeysAsync(cancellationToken);

    /// <summary>Makes a key. What opens is in the answer and nowhere else: only a hash is kept.</summary>
    /// <exception cref="InputException">The name is empty or taken.</exception>
    public async Task<(ApiKey Key, string Secret)> AddKeyAsync(string name, KeyScope scope, string madeBy, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InputException("name", "A key needs a name, so that it can be told from others: what will use it?");
        }

        var secret = KeyPrefix + NewSecret();
        var key = new ApiKey(NewId(), name.Trim(), scope, secret[..(KeyPrefix.Length + 6)], madeBy, _clock.GetUtcNow(), null, null);
        return await _store.AddKeyAsync(key, HashOf(secret), cancellationToken)
            ? (key, secret)
            : throw new InputException("name", $"There is a key named '{key.Name}' already. Choose another name, or revoke that one first.");
    }

    /// <summary>The key that a program brought; null when it opens nothing.</summary>
    public async Task<ApiKey?> FindKeyAsync(string secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!secret.StartsWith(KeyPrefix, StringComparison.Ordinal) || await _store.FindKeyAsync(HashOf(secret), cancellationToken) is not { } key)
        {
            return null;
        }

        // A write for every request would make reading cost what writing costs.
        if (key.LastUsedAt is null || _clock.GetUtcNow() - key.LastUsedAt > TimeSpan.FromMinutes(1))
        {
            await _store.NoteKeyAsync(key.Id, cancellationToken);
        }

        return key;
    }

    /// <summary>Ends a key; false when it was ended before or never was.</summary>
    public Task<bool> RevokeKeyAsync(string id, CancellationToken cancellationToken) => _store.RevokeKeyAsync(id, cancellationToken);

    private async Task ChangeAsync(string userId, Func<UserRecord, UserRecord> change, CancellationToken cancellationToken)
    {
        var user = await _store.GetUserAsync(userId, cancellationToken) ?? throw new InputException("name", "This person has been removed.");
        await _store.UpdateUserAsync(change(user), cancellationToken);
    }

    private async Task RefuseLastManagerAsync(string userId, UserRole role, CancellationToken cancellationToken)
    {
        var users = await _store.ListUsersAsync(cancellationToken);
        if (role != UserRole.Manager && users.Where(u => u.Role == UserRole.Manager).All(u => u.Id == userId))
        {
            throw new InputException("role", "This is the only manager. Make somebody else a manager first.");
        }
    }

    private UserRecord Draft(string name, UserRole role, string? password)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InputException("name", "Give the name to sign in with.");
        }

        if (password is not null)
        {
            RefuseWeak(password);
        }

        var user = new UserRecord(NewId(), name.Trim(), role, null, NewSecret(), 0, null, null);
        return password is null ? user : user with { PasswordHash = _hasher.HashPassword(user, password) };
    }

    private static void RefuseWeak(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length < LeastPassword)
        {
            throw new InputException("password", $"The password is too short. Choose at least {LeastPassword} characters; a few words do well.");
        }
    }

    private string NewId() => Guid.CreateVersion7(_clock.GetUtcNow()).ToString();

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static User UserOf(UserRecord user) => new(user.Id, user.Name, user.Role, user.PasswordHash is not null, user.LockedUntil, user.LastSeenAt);
}

/// <summary>What came of a try to sign in.</summary>
/// <param name="User">The person; null when they were not let in.</param>
/// <param name="Stamp">What their sessions carry; null with no person.</param>
/// <param name="LockedUntil">Until when no password is taken, UTC; null when that is not why.</param>
public sealed record SignIn(User? User, string? Stamp, DateTimeOffset? LockedUntil)
{
    /// <summary>Says nothing of the stamp, which opens a session.</summary>
    public override string ToString() => User?.Name ?? "nobody";
}
