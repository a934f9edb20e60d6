using Npgsql;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Where a store on PostgreSQL is: <c>postgresql://user:password@host:port/database?schema=tributary&amp;sslmode=require</c>.</summary>
internal sealed class StoreAddress
{
    /// <summary>The schema that holds the store's tables when the address names none.</summary>
    public const string DefaultSchema = "tributary";

    private const string Form = "postgresql://USER@HOST:PORT/DATABASE";

    private readonly NpgsqlConnectionStringBuilder _builder;

    private StoreAddress(NpgsqlConnectionStringBuilder builder, string schema)
    {
        _builder = builder;
        Schema = schema;
    }

    /// <summary>The schema.</summary>
    public string Schema { get; }

    /// <summary>The password in it; null where it comes from <c>PGPASSWORD</c>, <c>~/.pgpass</c> or nowhere.</summary>
    public string? Password => _builder.Password;

    /// <summary>Reads an address.</summary>
    /// <param name="address">As a person wrote it.</param>
    /// <param name="setting">Where they wrote it.</param>
    /// <param name="password">The password, where the address holds none.</param>
    /// <exception cref="InputException">It is none. The message says nothing of what is in it.</exception>
    public static StoreAddress Parse(string address, string setting, string? password = null)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgresql" or "postgres") || uri.Host.Length == 0)
        {
            throw new InputException(setting, $"The store's address is no address of a PostgreSQL. It looks so: {Form}");
        }

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(uri.Host).Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : password,
            Database = uri.AbsolutePath.Trim('/') is { Length: > 0 } database ? Uri.UnescapeDataString(database) : null,
        };
        if (builder.Username is null || builder.Database is null)
        {
            throw new InputException(setting, $"The store's address names no {(builder.Username is null ? "user" : "database")}. It looks so: {Form}");
        }

        var schema = DefaultSchema;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var n, var v] ? (n, Uri.UnescapeDataString(v)) : (pair, "");
            switch (name)
            {
                case "schema" when value.Length > 0 && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'):
                    schema = value;
                    break;
                case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode):
                    builder.SslMode = mode;
                    break;
                case "sslrootcert" when value.Length > 0:
                    builder.RootCertificate = value;
                    break;
                default:
                    throw new InputException(setting, $"The store's address has '{name}', which is not known or has no such value. It may have: schema (small letters, digits and _), sslmode (disable, prefer, require, verify-ca, verify-full), sslrootcert (a file).");
            }
        }

        return new StoreAddress(builder, schema);
    }

    /// <summary>What the driver connects by.</summary>
    public string ToConnectionString() => new NpgsqlConnectionStringBuilder(_builder.ConnectionString)
    {
        ApplicationName = Schema == DefaultSchema ? "tributary" : $"tributary/{Schema}",
        SearchPath = $"\"{Schema}\"",
        MaxPoolSize = 30,
        ConnectionIdleLifetime = 60,
        Timeout = 10,
        CommandTimeout = 60,

        // A machine that stands still in the midst of a change must not keep the others out for longer than a lock of a run holds.
        Options = "-c idle_in_transaction_session_timeout=10000 -c lock_timeout=30000",
    }.ConnectionString;

    /// <summary>The address without its password.</summary>
    public override string ToString()
    {
        var host = _builder.Host!.Contains(':', StringComparison.Ordinal) ? $"[{_builder.Host}]" : _builder.Host;
        var more = new List<string>();
        if (Schema != DefaultSchema)
        {
            more.Add($"schema={Schema}");
        }

        if (_builder.ContainsKey("SSL Mode") && _builder.SslMode != SslMode.Prefer)
        {
            more.Add($"sslmode={_builder.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => mode.ToString().ToLowerInvariant() }}");
        }

        if (_builder.RootCertificate is { Length: > 0 } certificate)
        {
            more.Add($"sslrootcert={Uri.EscapeDataString(certificate)}");
        }

        return $"postgresql://{Uri.EscapeDataString(_builder.Username!)}@{host}:{_builder.Port}/{Uri.EscapeDataString(_builder.Database!)}{(more.Count > 0 ? "?" + string.Join('&', more) : "")}";
    }
}
