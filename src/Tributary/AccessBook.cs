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

    /// <summary>Minutes for which no password is taken then.</summary>
    public const int LockOutMinutes = 5;

    /// <summary>The shortest password.</summary>
    public const int LeastPassword = 10;

    // A minute of another's guesses is worth nothing, and a person who mistyped waits no longer than for a coffee.
    private static readonly TimeSpan LockOut = TimeSpan.FromMinutes(LockOutMinutes);

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
    /// <exception cref="InputException">The name or the password does not do, or there is a manager already.</exception>
    public async Task<User> AddFirstUserAsync(string name, string password, CancellationToken cancellationToken)
    {
        var user = Draft(name, UserRole.Manager, password);
        return await _store.AddUserAsync(user, openId: null, onlyFirst: true, cancellationToken)
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
        return await _store.AddUserAsync(user, openId: null, onlyFirst: false, cancellationToken)
            ? UserOf(user)
            : throw new InputException("name", $"There is somebody named '{user.Name}' already. Choose another name.");
    }

    /// <summary>Whether somebody manages the workspace; until then nobody but the first person comes in.</summary>
    public Task<bool> HasManagerAsync(CancellationToken cancellationToken) => _store.HasManagerAsync(cancellationToken);

    /// <summary>Tries a password.</summary>
    /// <returns>The person with the stamp their sessions carry; null when name and password do not belong together, or the person is locked: <see cref="SignIn.LockedUntil"/> says until when.</returns>
    public async Task<SignIn> SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        var now = _clock.GetUtcNow();
        if (await _store.FindUserAsync(name, cancellationToken) is not { } found)
        {
            _hasher.VerifyHashedPassword(null!, _nobody.Value, password);
            return new SignIn(null, null, null);
        }

        // Counted before it is looked at: of guesses made at the same time no more are looked at than of guesses one after the other.
        if (await _store.TakeTryAsync(found.Id, MostFailures, now, now + LockOut, cancellationToken) is not { } user)
        {
            return new SignIn(null, null, (await _store.GetUserAsync(found.Id, cancellationToken))?.LockedUntil);
        }

        var result = _hasher.VerifyHashedPassword(user, user.PasswordHash ?? _nobody.Value, password);
        if (user.PasswordHash is not { } old || result == PasswordVerificationResult.Failed)
        {
            return new SignIn(null, null, user.LockedUntil > now ? user.LockedUntil : null);
        }

        var hash = result == PasswordVerificationResult.SuccessRehashNeeded ? _hasher.HashPassword(user, password) : old;
        return SignInOf(await _store.EnterAsync(user.Id, old, hash, now, cancellationToken));
    }

    /// <summary>Signs in a person whom an OpenID Connect provider has vouched for; added as a viewer when they are new.</summary>
    /// <param name="issuer">The provider, as it names itself.</param>
    /// <param name="subject">The person's lasting id there: names and addresses can pass to somebody else.</param>
    /// <param name="name">What they are called here when they are new. Somebody who was added by that name without a password is them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">Nobody manages the workspace yet, or the name is somebody else's.</exception>
    public async Task<SignIn> SignInVouchedAsync(string issuer, string subject, string name, CancellationToken cancellationToken)
    {
        if (!await _store.HasManagerAsync(cancellationToken))
        {
            throw new InputException("name", "Nobody manages this workspace yet. The first person comes in by the one-time link that tributary serve prints.");
        }

        var openId = $"{issuer} {subject}";
        var now = _clock.GetUtcNow();
        if (await _store.EnterVouchedAsync(openId, NameKey.Of(name), now, cancellationToken) is { } known)
        {
            return SignInOf(known);
        }

        if (!await _store.AddUserAsync(Draft(name, UserRole.Viewer, null), openId, onlyFirst: false, cancellationToken))
        {
            throw new InputException("name", $"Somebody else is named '{name}' here and does not come by this provider. A manager can remove that person, and then sign in with the provider makes them anew.");
        }

        return SignInOf(await _store.EnterVouchedAsync(openId, NameKey.Of(name), now, cancellationToken));
    }

    /// <summary>The person a session belongs to; null when it was ended or they are gone.</summary>
    public async Task<User?> FindSessionAsync(string userId, string stamp, CancellationToken cancellationToken) =>
        await _store.GetUserAsync(userId, cancellationToken) is { } user && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(user.Stamp), Encoding.UTF8.GetBytes(stamp)) ? UserOf(user) : null;

    /// <summary>Ends all sessions of a person.</summary>
    /// <exception cref="InputException">They were removed.</exception>
    public async Task SignOutEverywhereAsync(string userId, CancellationToken cancellationToken) =>
        RefuseGone(await _store.ChangeStampAsync(userId, NewSecret(), cancellationToken));

    /// <summary>Gives a person another role; their sessions end, and with the rights of a manager the keys they made that need them.</summary>
    /// <returns>The keys that ended.</returns>
    /// <exception cref="InputException">They are the last manager, or were removed.</exception>
    public async Task<IReadOnlyList<ApiKey>> ChangeRoleAsync(string userId, UserRole role, CancellationToken cancellationToken) =>
        await RefuseLastManagerAsync(userId, await _store.ChangeRoleAsync(userId, role, NewSecret(), cancellationToken), cancellationToken);

    /// <summary>Gives a person another password; their sessions end, and a lock goes.</summary>
    /// <exception cref="InputException">It does not do, or they were removed.</exception>
    public async Task ChangePasswordAsync(string userId, string password, CancellationToken cancellationToken)
    {
        RefuseWeak(password);
        RefuseGone(await _store.ChangePasswordAsync(userId, _hasher.HashPassword(null!, password), NewSecret(), cancellationToken));
    }

    /// <summary>Removes a person; their sessions end, and the keys they made.</summary>
    /// <returns>The keys that ended.</returns>
    /// <exception cref="InputException">They are the last manager, or were removed before.</exception>
    public async Task<IReadOnlyList<ApiKey>> RemoveUserAsync(string userId, CancellationToken cancellationToken) =>
        await RefuseLastManagerAsync(userId, await _store.RemoveUserAsync(userId, cancellationToken), cancellationToken);

    /// <summary>All keys, those that still open first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) => await _store.ListKeysAsync(cancellationToken);

    /// <summary>Makes a key. What opens is in the answer and nowhere else: only a hash is kept.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="scope">What it allows.</param>
    /// <param name="madeBy">Who makes it, for people to read.</param>
    /// <param name="makerId">The person with whose rights it ends; null for one that stands by itself.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">The name is empty or taken.</exception>
    public async Task<(ApiKey Key, string Secret)> AddKeyAsync(string name, KeyScope scope, string madeBy, string? makerId, CancellationToken cancellationToken)
    {
        var written = NameRules.Read(name, "name", "A key");
        var secret = KeyPrefix + NewSecret();
        var key = new ApiKey(NewId(), written, scope, secret[..(KeyPrefix.Length + 6)], madeBy, _clock.GetUtcNow(), null, null) { MakerId = makerId };
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

    private static void RefuseGone(bool isDone)
    {
        if (!isDone)
        {
            throw new InputException("name", "This person has been removed.");
        }
    }

    private async Task<IReadOnlyList<ApiKey>> RefuseLastManagerAsync(string userId, List<ApiKey>? ended, CancellationToken cancellationToken)
    {
        if (ended is not null)
        {
            return ended;
        }

        RefuseGone(await _store.GetUserAsync(userId, cancellationToken) is not null);
        throw new InputException("role", "This is the only manager. Make somebody else a manager first.");
    }

    private UserRecord Draft(string name, UserRole role, string? password)
    {
        var written = NameRules.Read(name, "name", "A person who signs in");
        if (password is not null)
        {
            RefuseWeak(password);
        }

        var user = new UserRecord(NewId(), written, role, null, NewSecret(), 0, null, null);
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

    private static SignIn SignInOf(UserRecord? user) => user is null ? new SignIn(null, null, null) : new SignIn(UserOf(user), user.Stamp, null);

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
