using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Tributary.Testing;

/// <summary>
/// Ends a test that does not end by itself, so that a suite names it instead of standing still: its cancellation token is cancelled, and a minute later the program.
/// The long forms of tests have no limit.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TimeLimitAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<string, ITimer> Running = new(StringComparer.Ordinal);

    private static bool IsLongForm => new[] { "TRIBUTARY_CRASHES", "TRIBUTARY_SIDE_BY_SIDE", "TRIBUTARY_EVERY_REPORT" }.Any(v => Environment.GetEnvironmentVariable(v) is not null);

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (IsLongForm)
        {
            return;
        }

        var context = TestContext.Current;
        var isCancelled = false;
        Running[test.UniqueID] = TimeProvider.System.CreateTimer(
            _ =>
            {
                if (isCancelled)
                {
                    Environment.FailFast($"{test.TestDisplayName} did not end within {Longest} nor when it was told to.");
                }

                isCancelled = true;
                Console.Error.WriteLine($"{test.TestDisplayName} did not end within {Longest} and is cancelled.");
                context.CancelCurrentTest();
            },
            null,
            Longest,
            Grace);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Running.TryRemove(test.UniqueID, out var timer))
        {
            timer.Dispose();
        }
    }
}
