namespace Tributary.Tests.Store;

/// <summary>Where a test's store is kept. What holds for one holds for the other: the same tests run over both.</summary>
public enum StoreKind
{
    /// <summary>A file in the test's folder.</summary>
    Sqlite,

    /// <summary>A schema of its own in the PostgreSQL of <c>TRIBUTARY_TEST_POSTGRES</c>.</summary>
    PostgreSql,
}
