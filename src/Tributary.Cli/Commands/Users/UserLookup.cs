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

    public static UserRole RoleOf(string role) => role == "manager" ? UserRole.Manager : UserRole.Viewer;
}
