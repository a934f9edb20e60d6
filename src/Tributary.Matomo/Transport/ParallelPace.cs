namespace Tributary.Matomo.Transport;

/// <summary>
/// How many requests at the same time do a server good. Begins with one, takes one more with every answer at first, and then listens:
/// by Little's law, of the requests under way as many are worked on as the answer would take alone divided by what it takes now. Where most of them only wait,
/// one is taken back, unless fewer then come through. A time-out or a server error halves it.
/// </summary>
internal sealed class ParallelPace(int most)
{
    // On a measured Matomo 5.2 a request costs 16 ms and a megabyte 50 ms: so many bytes cost as much as a request.
    private const double BytesOfARequest = 320_000;

    private const int FewestAnswers = 8;

    // Answers differ by half for reasons of their own: only where more than that wait for each that is worked on is it clear that they wait.
    private const double Few = 0.4;

    // Two at a time harm no server that shows no strain, and keep it at work while one answer is read.
    private const int FewestUnstrained = 2;

    // How many measurements a step that did not pay is not tried again, and one behind a strain.
    private const int Long = 32;
    private const int Short = 4;

    private readonly Lock _gate = new();
    private bool _isStarting = true;
    private int _answers;
    private double _weight;
    private TimeSpan _waited;
    private TimeSpan _startedAt;
    private TimeSpan _beganAt;
    private TimeSpan _strainedAt = TimeSpan.MinValue;
    private double _alone = double.MaxValue;
    private int _pauseUp;
    private int _pauseDown;
    private (int Limit, double Throughput)? _from;

    /// <summary>Requests at the same time.</summary>
    public int Limit { get; private set; } = 1;

    /// <summary>An answer came.</summary>
    /// <param name="items">Requests in it: more than one for a bulk request.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="begun">When the request was sent, a running time.</param>
    /// <param name="waited">How long the server let us wait, our own work not counted.</param>
    /// <param name="now">A running time.</param>
    /// <param name="isWanted">Whether another request waits for its place: without one, how much comes through says nothing about the server.</param>
    public void Answered(int items, long bytes, TimeSpan begun, TimeSpan waited, TimeSpan now, bool isWanted)
    {
        lock (_gate)
        {
            if (!isWanted && !_isStarting)
            {
                Begin(Limit, now);
                return;
            }

            if (begun < _beganAt && !_isStarting)
            {
                // Sent under the limit before, and slowed down or not by that one.
                _startedAt = now;
                return;
            }

            var weight = items + (bytes / BytesOfARequest);
            _answers++;
            _waited += waited;
            _weight += weight;
            if (_isStarting)
            {
                // The first answers come while few are under way: later there is never only one to compare with.
                _alone = Math.Min(_alone, waited.TotalSeconds / weight);
                Limit = Math.Min(Limit + 1, most);
                _isStarting = Limit < most;
            }

            if (_answers >= Math.Max(FewestAnswers, 3 * Limit))
            {
                Measure(now);
            }
        }
    }

    /// <summary>The server could not keep up.</summary>
    /// <param name="begun">When the request was sent: those sent before the last halving say nothing new.</param>
    /// <param name="now">A running time.</param>
    public void Strained(TimeSpan begun, TimeSpan now)
    {
        lock (_gate)
        {
            if (begun <= _strainedAt)
            {
                return;
            }

            _strainedAt = now;
            _isStarting = false;
            _pauseUp = Short;
            Begin(Math.Max(1, Limit / 2), now);
        }
    }

    private void Measure(TimeSpan now)
    {
        var each = _waited.TotalSeconds / _weight;
        var throughput = _weight / Math.Max((now - _startedAt).TotalSeconds, 1e-6);

        // A server that has become slower for good is not compared with its best day for ever.
        _alone = Math.Min(_alone * 1.02, each);
        _pauseUp = Math.Max(0, _pauseUp - 1);
        _pauseDown = Math.Max(0, _pauseDown - 1);
        var from = _from;
        _from = null;
        if (from is { } before && before.Limit > Limit && throughput < 0.9 * before.Throughput)
        {
            _pauseDown = Long;
            Begin(before.Limit, now);
            return;
        }

        if (from is { } fewer && fewer.Limit < Limit && throughput < 1.1 * fewer.Throughput)
        {
            _pauseUp = Long;
            Begin(fewer.Limit, now);
            return;
        }

        var worked = Limit * _alone / each;
        var step = worked < Limit * Few && Limit > FewestUnstrained && _pauseDown == 0 ? Limit - 1
            : worked > Limit * 0.85 && _pauseUp == 0 ? Math.Min(most, Limit + 1)
            : Limit;
        if (step != Limit)
        {
            _from = (Limit, throughput);
        }

        Begin(step, now);
    }

    private void Begin(int limit, TimeSpan now)
    {
        Limit = limit;
        (_beganAt, _startedAt) = (now, now);
        (_answers, _weight, _waited) = (0, 0, TimeSpan.Zero);
    }
}
