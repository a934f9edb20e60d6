using System.Runtime.CompilerServices;
using System.Text.Json;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests;

internal static class ChildEntry
{
    // Before the test runner's own entry point, which cannot be replaced.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Run()
    {
        ChildProgram.Open = asked =>
        {
            var parts = asked.Split(' ', 2);
            return WarehouseKinds.All.Single(k => k.Name == parts[0]).Open(JsonSerializer.Deserialize<Dictionary<string, string>>(parts[1])!, ServerAddress.Place);
        };
        ChildProgram.RunIfAsked();
    }
#pragma warning restore CA2255
}
