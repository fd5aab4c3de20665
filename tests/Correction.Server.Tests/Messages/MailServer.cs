using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Correction.Server.Tests.Messages;

/// <summary>
/// A mail server of this machine with STARTTLS and a password, as an office has one: it keeps what it is given and knows no
/// mailbox <c>nobody@…</c>.
/// </summary>
public sealed class MailServer : IDisposable
{
    public const string UserName = "visits";
    public const string Password = "mail-password-1";

    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentQueue<MimeMessage> _received = new();
    private CancellationTokenSource? _running;

    /// <summary>Not started yet: nobody answers at its port.</summary>
    public MailServer(string folder)
    {
        Port = ServerProcess.FreePort();
        _certificate = Certify();
        CertificateFile = Path.Combine(folder, "mail-ca.pem");
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    public int Port { get; }

    /// <summary>What a client must trust.</summary>
    public string CertificateFile { get; }

    public IReadOnlyCollection<MimeMessage> Received => _received;

    public void Start()
    {
        ISmtpServerOptions options = new SmtpServerOptionsBuilder()
            .ServerName("localhost")
            .Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).Certificate(_certificate).AuthenticationRequired())
            .Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add(new Store(_received));
        services.Add(new Filter());
        services.Add(new Users());
        _running = new CancellationTokenSource();
        _ = new SmtpServer.SmtpServer(options, services).StartAsync(_running.Token);
    }

    public void Dispose()
    {
        _running?.Cancel();
        _running?.Dispose();
        _certificate.Dispose();
    }

    private static X509Certificate2 Certify()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Store(ConcurrentQueue<MimeMessage> received) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var bytes = new MemoryStream(buffer.ToArray());
            received.Enqueue(await MimeMessage.LoadAsync(bytes, cancellationToken));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Filter : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) => Task.FromResult(to.User != "nobody");
    }

    private sealed class Users : UserAuthenticator
    {
        public override Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
            Task.FromResult((user, password) == (UserName, Password));
    }
}
