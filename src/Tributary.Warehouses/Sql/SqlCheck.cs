using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>Looks at a database step by step: reach it, sign in, and what the engine has to say.</summary>
internal static class SqlCheck
{
    public static async IAsyncEnumerable<DestinationStep> RunAsync(ISqlEngine engine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reached = await TryAsync(engine, "reach", () => engine.ReachAsync(cancellationToken), $"{engine.Place} can be reached.");
        yield return reached;
        if (!reached.IsFine)
        {
            yield break;
        }

        SqlSession? session = null;
        var signedIn = await TryAsync(engine, "sign in", async () => session = new SqlSession(await engine.OpenAsync(cancellationToken)), $"{engine.Place} accepts the user and the password.");
        yield return signedIn;
        if (session is null)
        {
            yield break;
        }

        await using (session)
        {
            await using var steps = engine.LookAsync(session, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                var failed = await TryAsync(engine, "look", async () => signedIn = await steps.MoveNextAsync() ? steps.Current : null, "");
                if (!failed.IsFine)
                {
                    yield return failed;
                    yield break;
                }

                if (signedIn is null)
                {
                    yield break;
                }

                yield return signedIn;
                if (!signedIn.IsFine)
                {
                    yield break;
                }
            }
        }
    }

    private static async Task<DestinationStep> TryAsync(ISqlEngine engine, string name, Func<Task> step, string sentence)
    {
        try
        {
            await step();
            return new DestinationStep(name, true, sentence);
        }
        catch (TributaryException e)
        {
            return new DestinationStep(name, false, e.Message);
        }
        catch (Exception e) when (engine.Explain(e) is { } explained)
        {
            return new DestinationStep(name, false, explained.Message);
        }
    }
}
