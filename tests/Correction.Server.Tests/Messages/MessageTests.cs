using System.Text.Json;
using Correction.Server.Messages;
using Correction.Server.Tests.Visits;
using MimeKit;

namespace Correction.Server.Tests.Messages;

/// <summary>A real server and a real mail server: what a family is told arrives, and what became of it is on record.</summary>
public sealed class MessageTests
{
    [Fact]
    public async Task A_message_waits_for_the_mail_server_arrives_once_and_names_nobody()
    {
        using var folder = new TemporaryDirectory();
        using var mail = new MailServer(folder.Path);
        await using ServerProcess server = await ServerProcess.StartAsync(Settings(mail));
        using HttpClient officer = await server.AsAsync("officer"), family = await server.AsAsync("family");
        (string code, HttpClient prison) = await server.PrisonAsync("43M1P1", VisitCalls.Policy(capacity: 1));
        await prison.ReceiveAsync(code, "2001");

        string relative = await MessageScene.VerifiedAsync(family, officer, code, "2001", "mother@example.org");
        JsonElement waiting = await MessageScene.UntilAsync(officer, $"api/v1/relatives/{relative}/messages", message => Text(message, "answer") is not null);
        Assert.Equal(("waiting", "noConnection"), (Text(waiting, "state"), Text(waiting, "answer")));

        mail.Start();
        JsonElement sent = await MessageScene.UntilAsync(officer, $"api/v1/relatives/{relative}/messages", message => Text(message, "state") == "sent");
        MimeMessage arrived = Assert.Single(mail.Received);
        Assert.Equal(Text(sent, "id") + "@example.gov.cn", arrived.MessageId);
        Assert.Equal("mother@example.org", Assert.Single(arrived.To.Mailboxes).Address);
        Assert.Equal(Text(sent, "sentText"), Words(arrived));
        Assert.Contains($"https://visits.example.gov.cn/relatives/{relative}", Words(arrived), StringComparison.Ordinal);
        Assert.Equal("auto-generated", arrived.Headers[HeaderId.AutoSubmitted]);

        string slot = (await family.SlotsAsync(code, ChinaDay.Today.AddDays(3)))[0].GetProperty("slotId").GetString()!;
        string visit = await family.BookAsync(slot, "2001", relative);
        await prison.DoneAsync($"api/v1/visits/{visit}/decline", new { reason = "prisonerRestricted", note = "禁闭期间" });
        await MessageScene.UntilAsync(officer, $"api/v1/visits/{visit}/messages", message => Text(message, "state") == "sent");
        Assert.Equal(2, mail.Received.Count);
        Assert.All(mail.Received, message => Assert.DoesNotContain(["亲属2001", "服刑", "罪犯", "2001", "禁闭"], secret => (message.Subject + Words(message).Replace(relative, "", StringComparison.Ordinal).Replace(visit, "", StringComparison.Ordinal)).Contains(secret, StringComparison.Ordinal)));

        using HttpClient auditor = await server.AsAsync("auditor");
        string events = await auditor.GetStringAsync($"api/v1/events?type=family_message_settled&limit=100", TestContext.Current.CancellationToken);
        Assert.Contains(visit, events, StringComparison.Ordinal);
        Assert.DoesNotContain("mother@example.org", events, StringComparison.Ordinal);
        Assert.DoesNotContain("mother@example.org", server.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await family.GetJsonAsync("api/v1/messages")).EnumerateArray().Count(message => Text(message, "state") == "sent"));
    }

    [Fact]
    public async Task A_recipient_whom_the_server_does_not_know_and_a_relative_without_an_address_are_on_record()
    {
        using var folder = new TemporaryDirectory();
        using var mail = new MailServer(folder.Path);
        mail.Start();
        await using ServerProcess server = await ServerProcess.StartAsync(Settings(mail));
        using HttpClient officer = await server.AsAsync("officer"), family = await server.AsAsync("family");
        (string code, HttpClient prison) = await server.PrisonAsync("43M1P2", VisitCalls.Policy(capacity: 1));
        await prison.ReceiveAsync(code, "2002");

        string unknown = await MessageScene.VerifiedAsync(family, officer, code, "2002", "nobody@example.org");
        JsonElement refused = await MessageScene.UntilAsync(officer, $"api/v1/relatives/{unknown}/messages", message => Text(message, "state") != "waiting");
        Assert.Equal(("refused", "550"), (Text(refused, "state"), Text(refused, "answer")));

        string silent = await MessageScene.VerifiedAsync(family, officer, code, "2002", null);
        Assert.Equal("noAddress", Text(await MessageScene.UntilAsync(officer, $"api/v1/relatives/{silent}/messages", message => Text(message, "state") != "waiting"), "state"));
        Assert.Empty(mail.Received);
    }

    [Fact]
    public async Task Without_configuration_nothing_is_sent_and_the_office_is_told_so()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient officer = await server.AsAsync("officer"), family = await server.AsAsync("family");
        (string code, HttpClient prison) = await server.PrisonAsync("43M1P3", VisitCalls.Policy(capacity: 1));
        await prison.ReceiveAsync(code, "2003");
        string relative = await MessageScene.VerifiedAsync(family, officer, code, "2003", "mother@example.org");
        JsonElement message = await MessageScene.UntilAsync(officer, $"api/v1/relatives/{relative}/messages", each => Text(each, "state") != "waiting");
        Assert.Equal(("notConfigured", 0), (Text(message, "state"), message.GetProperty("tries").GetInt32()));
        Assert.Equal(JsonValueKind.Null, message.GetProperty("sentText").ValueKind);
    }

    [Theory]
    [InlineData("Messages__Smtp__Host", "localhost", "Messages:Smtp:From")]
    [InlineData("Messages__Site", "visits.example.gov.cn", "Messages:Site")]
    public async Task Settings_that_cannot_work_keep_the_server_from_starting_and_are_named(string name, string value, string named)
    {
        (int exit, string output) = await ServerProcess.FailAsync((name, value));
        Assert.Equal(1, exit);
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(8, 1920)]
    [InlineData(9, 3600)]
    [InlineData(200, 3600)]
    public void Pauses_double_up_to_an_hour(int tries, int seconds) => Assert.Equal(NodaTime.Duration.FromSeconds(seconds), Messenger.Pause(tries));

    private static (string, string)[] Settings(MailServer mail) =>
    [
        ("Messages__Site", "https://visits.example.gov.cn"), ("Messages__Smtp__Host", "localhost"), ("Messages__Smtp__Port", $"{mail.Port}"),
        ("Messages__Smtp__UserName", MailServer.UserName), ("Messages__Smtp__Password", MailServer.Password), ("Messages__Smtp__From", "某县司法局 <visits@example.gov.cn>"),
        ("SSL_CERT_FILE", mail.CertificateFile),
    ];

    private static string Words(MimeMessage mail) => mail.TextBody?.Trim() ?? throw new Xunit.Sdk.XunitException("A mail without text.");

    private static string? Text(JsonElement message, string name) => message.GetProperty(name).GetString();
}
