using System.Globalization;
using System.Text;
using Tributary.Model;

namespace Tributary.Alerts;

/// <summary>Sends messages to an address, which is a secret: whoever knows it can write there.</summary>
internal sealed class WebhookDelivery : IDisposable
{
    private readonly Lazy<HttpClient> _http = new(() => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(20),
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    /// <exception cref="TributaryException">It did not arrive.</exception>
    public async Task SendAsync(AlertDefinition alert, string url, AlertMessage message, CancellationToken cancellationToken)
    {
        using var content = new StringContent(alert.IsSlack ? AlertWords.ToSlack(message) : AlertWords.ToJson(message), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _http.Value.PostAsync(new Uri(url), content, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Failed(alert, string.Create(CultureInfo.InvariantCulture, $"it answers with status {(int)response.StatusCode}. Check whether the address still holds: remove the alert and add it again with the right one."));
            }
        }
        catch (HttpRequestException error)
        {
            // The framework's message names host and port, never the path.
            throw Failed(alert, $"{error.Message}. Check that the host is up and that a firewall lets this machine reach it.", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(alert, "no answer within 20 seconds.", error);
        }
    }

    private static TributaryException Failed(AlertDefinition alert, string why, Exception? cause = null) =>
        new("alert.not_delivered", Fault.Destination, $"The webhook at {alert.WebhookHost} did not take the message: {why}", cause) { IsTransient = true };
}
