// What an element shows of its feed: `data-state` is connecting, live, reconnecting or refused, and a line of words.
import type { LiveFeed } from "./live-feed";
import { h, setAttribute, setText } from "../shared/dom";
import { t } from "../shared/i18n";
import { clockTime } from "../shared/time";

export function showFeedStatus(owner: Element, line: Element, feed: LiveFeed | null): void {
  const status = feed?.status ?? { kind: "connecting" };
  setAttribute(owner, "data-state", status.kind);
  setText(line, status.kind === "reconnecting" ? t("feed.reconnecting", { time: clockTime(status.since) })
    : status.kind === "refused" ? t(status.reason === "signedOut" ? "feed.signedOut" : "feed.forbidden")
    : t(status.kind === "live" ? "feed.live" : "feed.connecting"));
  if (status.kind === "refused" && status.reason === "signedOut") {
    line.append(" ", h("a", { href: `/sign-in?returnUrl=${encodeURIComponent(location.pathname)}` }, t("feed.signIn")));
  }
}
