// The queue of unresolved alerts, the one due first on top; acknowledging and resolving in place.
import type { Alert } from "../live-feed/board";
import { explain, post } from "../shared/api";
import { arrange, h, setAttribute, setText } from "../shared/dom";
import { t, word } from "../shared/i18n";
import { shortTime, span } from "../shared/time";

const outcomes = ["confirmed", "falseAlarm", "deviceFault", "permitted", "other"] as const;

export class AlertQueue {
  readonly #items = new Map<string, HTMLElement>();
  readonly #list = h("ul", { class: "board-alerts" });
  readonly #note = h("p", { class: "board-empty" }, t("list.loading"));
  /** Says what is new; the list itself must not be read aloud each time that a countdown moves. */
  readonly #news = h("p", { class: "visually-hidden", role: "status" });
  readonly element = h("div", null, this.#news, this.#note, this.#list);
  #seen: ReadonlySet<string> | null = null;

  show(alerts: Alert[]): void {
    const ordered = [...alerts].sort((a, b) => (a.dueAt ?? "9").localeCompare(b.dueAt ?? "9"));
    setText(this.#note, ordered.length === 0 ? t("queue.empty") : "");
    arrange(this.#list, ordered.map((alert) => this.#item(alert)));
    const held = new Set(ordered.map((alert) => alert.id));
    const added = this.#seen ? ordered.find((alert) => !this.#seen!.has(alert.id)) : undefined;
    if (added) setText(this.#news, t("queue.new", { name: added.subjectName, kind: word("AlertKind", added.kind) }));
    this.#seen = held;
    for (const id of [...this.#items.keys()]) if (!held.has(id)) this.#items.delete(id);
    this.tick();
  }

  /** Moves the countdowns on. */
  tick(): void {
    for (const item of this.#items.values()) {
      const due = item.getAttribute("data-due");
      const clock = item.querySelector(".due");
      if (!due || !clock) continue;
      const left = new Date(due).getTime() - Date.now();
      setText(clock, t(left < 0 ? "queue.overdue" : "queue.due", { time: span(left) }));
      setAttribute(item, "data-overdue", left < 0 ? "true" : null);
    }
  }

  #item(alert: Alert): HTMLElement {
    let item = this.#items.get(alert.id);
    if (!item) {
      item = h("li", { "data-alert-id": alert.id },
        h("p", null, h("b", null, alert.subjectName), " ", h("a", { class: "kind", href: `/alerts/${alert.id}` }, word("AlertKind", alert.kind))),
        h("p", { class: "small muted" }, h("span", { class: "marks" }), " · ", h("span", { class: "due" })),
        h("p", { class: "small" }, t("queue.raised", { time: shortTime(new Date(alert.raisedAt), new Date()) })),
        h("div", { class: "do" },
          h("button", { type: "button", class: "acknowledge", onclick: () => this.#ask(alert.id, "acknowledge") }, t("queue.acknowledge")),
          h("button", { type: "button", class: "resolve", onclick: () => this.#ask(alert.id, "resolve") }, t("queue.resolve"))));
      this.#items.set(alert.id, item);
    }
    setAttribute(item, "data-due", alert.dueAt);
    setAttribute(item, "data-severity", alert.severity);
    setAttribute(item, "data-state", alert.state);
    setText(item.querySelector(".marks")!, `${word("Handling", alert.state)} · ${word("Condition", alert.condition)}`);
    item.querySelector<HTMLButtonElement>(".acknowledge")!.hidden = alert.state !== "open";
    return item;
  }

  /** A small form in the item; the same key for a second try, so that nothing happens twice. */
  #ask(id: string, what: "acknowledge" | "resolve"): void {
    const item = this.#items.get(id);
    if (!item) return;
    item.querySelector("form")?.remove();
    const key = crypto.randomUUID();
    const failure = h("p", { class: "failure", role: "alert", hidden: true });
    const note = h("textarea", { name: "note", maxlength: 1000, "aria-label": t("queue.note"), placeholder: t("queue.noteHint") });
    const outcome = h("select", { name: "outcome", "aria-label": t("queue.outcome") }, ...outcomes.map((o) => h("option", { value: o }, word("Outcome", o))));
    const form = h("form", { onsubmit: (event: Event) => {
      event.preventDefault();
      const body = { ...(what === "resolve" ? { outcome: outcome.value } : {}), ...(note.value.trim() ? { note: note.value.trim() } : {}) };
      post(`/api/v1/alerts/${id}/${what}`, body, key).then(() => form.remove(), (error: unknown) => {
        failure.hidden = false;
        setText(failure, explain(error));
      });
    } }, what === "resolve" ? outcome : null, note, failure,
      h("div", { class: "do" },
        h("button", { type: "submit", class: "primary" }, t("queue.submit")),
        h("button", { type: "button", onclick: () => form.remove() }, t("queue.cancel"))));
    item.append(form);
    (what === "resolve" ? outcome : note).focus();
  }
}
