using System.Runtime.CompilerServices;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

internal static class ChildEntry
{
    // Before the test runner's own entry point, which cannot be replaced.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Run() => ChildProgram.RunIfAsked();
#pragma warning restore CA2255
}
