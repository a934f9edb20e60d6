using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>How a database server is reached: what all kinds of them ask for.</summary>
internal sealed record ServerOptions(string Host, int Port, string Database, string User, string Password, ServerTls Tls, string? CaFile)
{
    private const int HighestPort = 65_535;

    /// <summary>What is asked, in order.</summary>
    /// <param name="port">The engine's own port.</param>
    /// <param name="rights">What the user must be allowed to do.</param>
    public static IReadOnlyList<DestinationOption> Ask(int port, string rights) =>
    [
        new("host", "The server's name or address.") { Title = "Host", Required = true, LeadsThere = true, Example = "db.example.org" },
        new("port", string.Create(CultureInfo.InvariantCulture, $"The server's port; {port} where none is said.")) { Title = "Port", LeadsThere = true, Type = DestinationOptionType.Number, Default = port.ToString(CultureInfo.InvariantCulture) },
        new("database", "The database the tables are in; it must be there already.") { Title = "Database", Required = true, Example = "analytics" },
        new("user", $"The user to sign in as; {rights}.") { Title = "User", Required = true, Example = "tributary" },
        new("password", "The user's password; empty where the server asks for none.") { Title = "Password", Secret = true },
        new("tls", "Whether the way is encrypted: prefer encrypts where the server can, require always, verify also checks that it is the server meant; prefer where nothing is said.") { Title = "Encryption", LeadsThere = true, Type = DestinationOptionType.Choice, Choices = ["prefer", "require", "verify"], Default = "prefer" },
        new("ca_file", "A file with the certificate (PEM) of the authority that the server's certificate is checked by, with tls verify; the machine's own list where none is said.") { Title = "Authority's certificate", Type = DestinationOptionType.Path },
    ];

    public static ServerOptions Read(IReadOnlyDictionary<string, string> options, int port)
    {
        var number = options.TryGetValue("port", out var said) ? int.Parse(said, CultureInfo.InvariantCulture) : port;
        if (number is < 1 or > HighestPort)
        {
            throw new InputException("port", $"A port is between 1 and {HighestPort}; this is {said}.");
        }

        var tls = options.TryGetValue("tls", out var mode) ? Enum.Parse<ServerTls>(mode, ignoreCase: true) : ServerTls.Prefer;
        var authority = options.GetValueOrDefault("ca_file");
        if (authority is not null && tls != ServerTls.Verify)
        {
            throw new InputException("ca_file", "An authority's certificate is only looked at with tls verify. Choose verify, or leave the file out.");
        }

        return new ServerOptions(options["host"], number, options["database"], options["user"], options.GetValueOrDefault("password", ""), tls, authority);
    }

    /// <summary>Never with the password.</summary>
    public override string ToString() => $"{Host}:{Port}, database {Database}";
}

/// <summary>How the way to a server is kept from others.</summary>
internal enum ServerTls
{
    /// <summary>Encrypted where the server can.</summary>
    Prefer,

    /// <summary>Always encrypted; any certificate will do.</summary>
    Require,

    /// <summary>Encrypted, with the server that its certificate names.</summary>
    Verify,
}
