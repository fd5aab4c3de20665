using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Correction.Domain.Messages;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Correction.Server.Messages;

/// <param name="Port">587 with STARTTLS, 465 with TLS from the first byte, 25 without, where none is given.</param>
/// <param name="UserName">Null: the server asks for none.</param>
/// <param name="From">Sender, such as <c>某县司法局 &lt;visits@example.gov.cn&gt;</c>.</param>
internal sealed record SmtpOptions(string Host, int Port, SecureSocketOptions Security, string? UserName, string? Password, MailboxAddress From);

/// <summary>
/// Sends by e-mail, through the office's mail server (RFC 5321). The Message-ID is made from the message's own id, so that a
/// letter sent again after a crash is known as the same one.
/// </summary>
internal sealed partial class SmtpCarrier(SmtpOptions options) : IMessageCarrier
{
    private const int TimeoutMilliseconds = 30_000;

    public MessageWay Way => MessageWay.Email;

    public async Task<CarrierAnswer> SendAsync(Letter letter, CancellationToken cancellation)
    {
        if (!MailboxAddress.TryParse(letter.To, out MailboxAddress? to))
        {
            return new CarrierAnswer.Refused("addressMalformed");
        }

        try
        {
            // An office's own certificate authority often publishes no revocations; HttpClient does not ask for them either.
            using var client = new SmtpClient { Timeout = TimeoutMilliseconds, CheckCertificateRevocation = false };
            await client.ConnectAsync(options.Host, options.Port, options.Security, cancellation);
            if (options.UserName is { } userName)
            {
                await client.AuthenticateAsync(userName, options.Password ?? string.Empty, cancellation);
            }

            await client.SendAsync(Write(letter, to), cancellation);
            await FarewellAsync(client, cancellation);
            return new CarrierAnswer.Taken();
        }
        catch (SmtpCommandException answer)
        {
            return Judge(answer);
        }
        catch (AuthenticationException)
        {
            return new CarrierAnswer.NotNow("signInFailed");
        }
        catch (SslHandshakeException)
        {
            return new CarrierAnswer.NotNow("tlsFailed");
        }
        catch (Exception lost) when (lost is SocketException or IOException or TimeoutException or SmtpProtocolException or NotSupportedException)
        {
            return new CarrierAnswer.NotNow(lost is NotSupportedException ? "tlsNotOffered" : "noConnection");
        }
    }

    /// <summary>It has the letter: whatever happens to the connection now, it is sent.</summary>
    private static async Task FarewellAsync(SmtpClient client, CancellationToken cancellation)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception over) when (over is SocketException or IOException or TimeoutException or SmtpProtocolException or SmtpCommandException)
        {
            // nobody needs the farewell
        }
    }

    /// <summary>5yz about recipient or content is for ever; 4yz, and whatever is about us, may pass.</summary>
    private static CarrierAnswer Judge(SmtpCommandException answer)
    {
        string code = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        string codes = EnhancedCode().Match(answer.Message) is { Success: true, Value: var enhanced } ? $"{code} {enhanced}" : code;
        return (int)answer.StatusCode >= 500 && answer.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted
            ? new CarrierAnswer.Refused(codes)
            : new CarrierAnswer.NotNow(codes);
    }

    private MimeMessage Write(Letter letter, MailboxAddress to)
    {
        var mail = new MimeMessage { MessageId = $"{letter.Id}@{options.From.Domain}", Subject = letter.Subject, Body = new TextPart("plain") { Text = letter.Text } };
        mail.From.Add(options.From);
        mail.To.Add(to);
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    /// <summary>RFC 3463, at the head of the answer.</summary>
    [GeneratedRegex(@"^\d\.\d{1,3}\.\d{1,3}")]
    private static partial Regex EnhancedCode();
}
