using System.Globalization;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Server.Pages;
using Correction.Server.Pages.Resources;
using Microsoft.Extensions.Localization;

namespace Correction.Server.Messages;

/// <param name="Url">Address of the pages, as families reach them; null: messages hold no link.</param>
internal sealed record MessageSite(Uri? Url);

/// <summary>Messages in words: what, when, where to look. No name, nothing of the prisoner.</summary>
internal sealed class MessageTexts(IStringLocalizer<Texts> texts, MessageSite site)
{
    /// <summary>No account says which language its family reads: messages are written in Chinese.</summary>
    private static readonly CultureInfo Written = CultureInfo.GetCultureInfo("zh-CN");

    /// <summary>As it is sent.</summary>
    public (string Subject, string Text) Write(FamilyMessage message)
    {
        CultureInfo before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = Written;
            string look = site.Url is { } url ? texts["Message.Look", new Uri(url, PageOf(message.About))] : texts["Message.LookInside"];
            return (texts.Of("MessageKind", message.Kind), $"{Body(message)}{look}");
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>What it says, in the language of the page that shows it.</summary>
    public string Body(FamilyMessage message)
    {
        MessageFacts facts = message.Facts;
        string what = texts[
            $"Message.{WireNames<MessageKind>.Of(message.Kind)}",
            facts.From is { } from ? Times.ToMinute(from) : "", facts.OpensAt is { } opens ? Times.ToMinute(opens) : "", facts.Until is { } until ? Times.ToMinute(until) : ""];
        return ReasonGroup(message.Kind) is not { } group ? what
            : what + (facts.Reason is { } reason ? texts["Message.Reason", texts.Of(group, reason)] : texts["Message.ReasonInside"]);
    }

    /// <summary>Where the family finds more.</summary>
    public static string PageOf(string about) => StreamKeys.Parse(about) switch
    {
        ("visit", var id) => $"/visits/{id}",
        ("relative", var id) => $"/relatives/{id}",
        _ => "/",
    };

    private static string? ReasonGroup(MessageKind kind) => kind switch
    {
        MessageKind.RelativeRefused => "KinshipRefusal",
        MessageKind.VisitDeclined => "DeclineReason",
        MessageKind.VisitRescheduled or MessageKind.VisitCancelled => "CancelReason",
        _ => null,
    };
}
