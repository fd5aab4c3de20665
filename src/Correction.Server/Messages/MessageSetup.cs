using Correction.Server.Hosting;
using MailKit.Security;
using MimeKit;
using NodaTime;

namespace Correction.Server.Messages;

/// <summary>Messages to families: which ways are configured, and the host's part of sending them.</summary>
internal static class MessageSetup
{
    public static void AddMessages(this WebApplicationBuilder builder)
    {
        ConfigurationManager configuration = builder.Configuration;
        builder.Services.AddSingleton(new MessageSite(configuration["Messages:Site"] is { Length: > 0 } site ? Address(site, "Messages:Site") : null));
        builder.Services.AddSingleton<MessageTexts>();
        builder.Services.AddSingleton<MessageList>();
        if (configuration["Messages:Smtp:Host"] is { Length: > 0 } host)
        {
            SmtpOptions smtp = Smtp(configuration, host);
            Needed(configuration, "Messages:Site", "Messages:Smtp:Host");
            builder.Services.AddSingleton<IMessageCarrier>(new SmtpCarrier(smtp));
        }

        if (configuration["Messages:Sms:Url"] is { Length: > 0 } gateway)
        {
            var sms = new SmsOptions(Address(gateway, "Messages:Sms:Url"), Needed(configuration, "Messages:Sms:Key", "Messages:Sms:Url"));
            Needed(configuration, "Messages:Site", "Messages:Sms:Url");
            builder.Services.AddSingleton<IMessageCarrier>(provider => new SmsGatewayCarrier(sms, provider.GetRequiredService<IClock>()));
        }

        builder.Services.AddHostedService<Messenger>();
    }

    private static SmtpOptions Smtp(ConfigurationManager configuration, string host)
    {
        (SecureSocketOptions security, int port) = configuration["Messages:Smtp:Security"] switch
        {
            null or "" or "startTls" => (SecureSocketOptions.StartTls, 587),
            "tls" => (SecureSocketOptions.SslOnConnect, 465),
            "none" => (SecureSocketOptions.None, 25),
            _ => throw new StartRefusedException("Messages:Smtp:Security is startTls, tls or none."),
        };
        return new SmtpOptions(
            host, configuration.GetValue("Messages:Smtp:Port", port), security, configuration["Messages:Smtp:UserName"] is { Length: > 0 } user ? user : null, configuration["Messages:Smtp:Password"],
            MailboxAddress.TryParse(Needed(configuration, "Messages:Smtp:From", "Messages:Smtp:Host"), out MailboxAddress? from) && from.Domain.Length > 0
                ? from
                : throw new StartRefusedException("Messages:Smtp:From is a sender's address, such as visits@example.gov.cn."));
    }

    private static string Needed(ConfigurationManager configuration, string key, string because) =>
        configuration[key] is { Length: > 0 } value ? value : throw new StartRefusedException($"{because} is set without {key}.");

    private static Uri Address(string value, string key) => Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
        ? url
        : throw new StartRefusedException($"{key} is an address that begins with https://.");
}
