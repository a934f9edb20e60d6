using Tributary.Model;

namespace Tributary.Cli.Commands.Users;

/// <summary>People by the name they sign in with.</summary>
internal static class UserLookup
{
    public static async Task<User> FindAsync(Workspace workspace, string name, CancellationToken cancellationToken)
    {
        var users = await workspace.Access.ListUsersAsync(cancellationToken);
        return users.FirstOrDefault(u => string.Equals(u.Name, name.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw new InputException("NAME", users.Count == 0
            ? $"There is nobody named '{name}': nobody can sign in yet. Add the first with: tributary user add NAME --role manager"
            : $"There is nobody named '{name}'.{(Suggestions.Nearest(name, users.Select(u => u.Name)) is { } nearest ? $" Did you mean {nearest}?" : "")} The list: tributary user list")
        { Missing = name };
    }

    /// <summary>Says which keys ended with somebody's rights; nothing where none did.</summary>
    public static string Ended(IReadOnlyList<ApiKey> keys) => keys.Count == 0 ? "" : $" {(keys.Count == 1 ? "A key they made opens" : $"{keys.Count} keys they made open")} nothing any more: {string.Join(", ", keys.Select(k => k.Name))}.";

    public static UserRole RoleOf(string role) => role == "manager" ? UserRole.Manager : UserRole.Viewer;
}
