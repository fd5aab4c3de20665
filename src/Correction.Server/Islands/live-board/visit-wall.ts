// Today's visits on an officer's board: who waits, who is late, and one click into the room. No picture is shown here.
import type { Visit } from "../live-feed/board";
import { arrange, h, setAttribute, setText } from "../shared/dom";
import { t, word } from "../shared/i18n";
import { localDate } from "../shared/time";

export type Attention = "late" | "waiting" | "on" | "ahead" | "over";

/** What an officer has to do about a visit now. */
export function attention(visit: Visit, now: Date): Attention {
  const begun = now.getTime() >= new Date(visit.from).getTime();
  switch (visit.state) {
    case "waiting": case "admitted": return "waiting";
    case "inProgress": case "interrupted": return "on";
    case "scheduled": return begun ? "late" : "ahead";
    case "applied": case "kinshipChecked": case "approved": return "ahead";
    default: return "over";
  }
}

/** A room is open from its waiting time until the visit is over. */
export const isOpen = (visit: Visit, now: Date): boolean =>
  attention(visit, now) !== "over" && !["applied", "kinshipChecked", "approved"].includes(visit.state) && now.getTime() >= new Date(visit.opensAt).getTime();

const urgency: Record<Attention, number> = { late: 0, waiting: 1, on: 2, ahead: 3, over: 4 };

/** What asks for attention first, the earliest in front. */
export const byUrgency = (now: Date) => (a: Visit, b: Visit): number =>
  urgency[attention(a, now)] - urgency[attention(b, now)] || a.from.localeCompare(b.from) || a.id.localeCompare(b.id);

export class VisitWall {
  readonly #items = new Map<string, HTMLElement>();
  readonly #list = h("ul", { class: "board-visits", tabindex: 0, "aria-label": t("visits.title") });
  readonly #count = h("span", { class: "muted" });
  readonly element = h("section", { class: "board-wall", "aria-label": t("visits.title"), hidden: true },
    h("h2", null, t("visits.title")), this.#count, h("a", { href: "/visits/statistics" }, t("visits.statistics")), this.#list);
  #visits: readonly Visit[] = [];

  /** @param mayObserve Whether the reader conducts visits: others get no way into a room. */
  constructor(private readonly mayObserve: () => boolean) {}

  show(visits: readonly Visit[]): void {
    this.#visits = visits;
    this.tick();
  }

  /** Time alone makes a visit late, or opens its room. */
  tick(): void {
    const now = new Date();
    const today = localDate(now);
    const shown = this.#visits.filter((visit) => visit.date === today).sort(byUrgency(now));
    this.element.hidden = shown.length === 0;
    setText(this.#count, t("visits.count", {
      n: shown.length,
      waiting: shown.filter((v) => attention(v, now) === "waiting").length,
      late: shown.filter((v) => attention(v, now) === "late").length,
    }));
    arrange(this.#list, shown.map((visit) => this.#item(visit, now)));
    for (const id of [...this.#items.keys()]) if (!shown.some((visit) => visit.id === id)) this.#items.delete(id);
  }

  #item(visit: Visit, now: Date): HTMLElement {
    let item = this.#items.get(visit.id);
    if (!item) {
      item = h("li", { "data-visit": visit.id },
        h("a", { class: "time", href: `/visits/${visit.id}` }), h("span", { class: "what" }), h("span", { class: "state" }),
        h("a", { class: "button observe", href: `/visits/${visit.id}/room` }, t("visits.observe")));
      this.#items.set(visit.id, item);
    }
    const [time, what, state, observe] = [...item.children] as [Element, Element, Element, HTMLElement];
    const is = attention(visit, now);
    setAttribute(item, "data-attention", is);
    setAttribute(item, "data-state", visit.state);
    setText(time, `${clock(visit.from)}–${clock(visit.to)}`);
    setText(what, `${visit.prison} · ${word("VisitPlace", visit.place)} · ${t("visits.people", { n: visit.visitors })}`);
    setText(state, [is === "late" ? t("visits.late") : word("VisitStage", visit.state), visit.flagged ? t("visits.flagged") : ""].filter(Boolean).join(" · "));
    observe.hidden = !this.mayObserve() || !isOpen(visit, now);
    return item;
  }
}

const clock = (at: string): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }).format(new Date(at));
