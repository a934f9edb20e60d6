using Tributary.Model;

namespace Tributary.DataCenter.Components.Settings;

/// <summary>What is wrong with the fields of a small form.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, string> _errors = new(StringComparer.Ordinal);

    /// <summary>What failed without being about a field; null when nothing did.</summary>
    public Exception? Failure { get; private set; }

    public string? this[string field] => _errors.GetValueOrDefault(field);

    /// <summary>Does something; what is wrong is kept at its field.</summary>
    /// <returns>Whether all went well.</returns>
    public async Task<bool> TryAsync(Func<Task> work)
    {
        _errors.Clear();
        Failure = null;
        try
        {
            await work();
            return true;
        }
        catch (InputException error)
        {
            foreach (var problem in error.Problems)
            {
                _errors.TryAdd(problem.Field.TrimStart('-').ToLowerInvariant(), problem.Message);
            }
        }
        catch (TributaryException error)
        {
            Failure = error;
        }

        return false;
    }
}
