using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.DataCenter.SignIn;

/// <summary>The one-time code by which the first person comes in: whoever started the program can read it, nobody else.</summary>
internal sealed class FirstStart(Workspace workspace)
{
    private readonly string _code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));

    /// <summary>The code; null when somebody manages the workspace already.</summary>
    public async Task<string?> CodeAsync(CancellationToken cancellationToken) =>
        await workspace.Access.HasManagerAsync(cancellationToken) ? null : _code;

    /// <summary>Whether this is the code and nobody came before.</summary>
    public async Task<bool> IsOpenToAsync(string? code, CancellationToken cancellationToken) =>
        code is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(_code)) && await CodeAsync(cancellationToken) is not null;
}
