namespace Tributary.Testing;

/// <summary>The PostgreSQL that <c>eng/services.sh</c> starts for the tests.</summary>
public static class TestPostgres
{
    private const string Variable = "TRIBUTARY_TEST_POSTGRES";

    /// <summary>Its address, with the password of a superuser.</summary>
    /// <exception cref="InvalidOperationException">There is none: the test fails, since what it would show is not shown.</exception>
    public static string Address => Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException($"{Variable} is not set. Start the servers of the tests first: source eng/services.sh && start_services");

    /// <summary>The password in the address: looked for in what is printed.</summary>
    public static string Password => new Uri(Address).UserInfo.Split(':')[1];

    /// <summary>The address of a store of its own, in a schema nobody else uses.</summary>
    public static string NewStore() => $"{Address}?schema=t_{Guid.NewGuid():N}";
}
