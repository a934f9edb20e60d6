using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Tributary.Model;

namespace Tributary.Alerts;

/// <summary>Sends messages by e-mail.</summary>
internal static class SmtpDelivery
{
    private const int TimeoutMilliseconds = 20_000;

    /// <exception cref="TributaryException">It did not arrive.</exception>
    public static async Task SendAsync(SmtpSettings settings, string? password, string messageId, AlertMessage message, CancellationToken cancellationToken)
    {
        using var mail = MailOf(settings, messageId, message);
        using var client = new SmtpClient { Timeout = TimeoutMilliseconds, CheckCertificateRevocation = false };
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, OptionsOf(settings.Tls), cancellationToken);
            if (settings.User is not null)
            {
                await client.AuthenticateAsync(settings.User, password ?? "", cancellationToken);
            }

            await client.SendAsync(mail, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new TributaryException("alert.not_delivered", Fault.Destination, $"The mail server {settings.Host}:{settings.Port} did not take the message: {Hide(WhyOf(error), password)}", error is TributaryException ? null : Bare(error, password)) { IsTransient = true };
        }

        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception)
        {
            // The server has the message, however the farewell goes.
        }
    }

    private static MimeMessage MailOf(SmtpSettings settings, string messageId, AlertMessage message)
    {
        var mail = new MimeMessage { Subject = $"[Tributary] {AlertWords.Title(message)}", Date = message.At, MessageId = $"{messageId}@tributary.invalid" };
        mail.From.Add(MailboxAddress.Parse(settings.From));
        mail.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Body = new TextPart("plain") { Text = AlertWords.Text(message) };
        return mail;
    }

    private static SecureSocketOptions OptionsOf(SmtpTls tls) => tls switch
    {
        SmtpTls.Tls => SecureSocketOptions.SslOnConnect,
        SmtpTls.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    private static string WhyOf(Exception error) => error switch
    {
        AuthenticationException => "it refuses the user or password. Remove the alert and add it again with the right ones.",
        SslHandshakeException => "no trusted TLS connection could be made. Check its certificate, and whether --tls fits the port (tls for 465, starttls for 587).",
        NotSupportedException => $"{error.Message} Check --tls and --user.",
        SmtpCommandException command => $"it answers {(int)command.StatusCode} {command.Message}",
        OperationCanceledException or TimeoutException => "no answer within 20 seconds.",
        _ => $"{error.Message} Check that it is up and that a firewall lets this machine reach it.",
    };

    private static string Hide(string text, string? password) => string.IsNullOrEmpty(password) ? text : text.Replace(password, "***", StringComparison.Ordinal);

    /// <summary>The cause, unless the server repeated the password in it.</summary>
    private static Exception? Bare(Exception error, string? password) => string.IsNullOrEmpty(password) || !error.ToString().Contains(password, StringComparison.Ordinal) ? error : null;
}
