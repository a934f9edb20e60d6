namespace Tributary.Warehouses.Sql;

/// <summary>Turns failures of a driver into those for people.</summary>
internal static class SqlGuard
{
    public static async Task<T> RunAsync<T>(ISqlEngine engine, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e)
        {
            if (engine.Explain(e) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }
}
