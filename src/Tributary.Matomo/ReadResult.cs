namespace Tributary.Matomo;

/// <summary>What reading one reply cost.</summary>
/// <param name="Bytes">Bytes of the body after decompression.</param>
/// <param name="Rows">Rows of depth 0 handed over.</param>
/// <param name="Attempts">Requests sent, 1 when nothing had to be repeated.</param>
/// <param name="Elapsed">From asking for a place among the requests to the last byte, the caller's own work included.</param>
/// <param name="Waited">How long the server let us wait for the answer and its pieces.</param>
/// <param name="Notice">PHP text printed before or after the JSON, cleaned and shortened; null when there was none.</param>
public sealed record ReadResult(long Bytes, long Rows, int Attempts, TimeSpan Elapsed, TimeSpan Waited, string? Notice);
