// What the officer does in a room: checks who came, admits, warns, pauses, cuts, ends. Every decision is a command of the API.
import { explain, post } from "../shared/api";
import { h, setText } from "../shared/dom";
import { t, word } from "../shared/i18n";
import type { RoomState } from "./room";

export interface Visitor { id: string; name: string; relationship: string }

const reasons = ["orderDisturbed", "codedLanguage", "deviceUsed", "unapprovedPerson", "harmfulTalk", "other"] as const;

export class OfficerDesk {
  #present = false;
  readonly #failure = h("p", { class: "failure", role: "alert", hidden: true });
  readonly #visitors = h("fieldset", { class: "room-visitors" });
  readonly #admit = h("button", { type: "button", class: "primary", "data-do": "admit", onclick: () => this.#send("admit", {
    attended: [...this.#visitors.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value), check: "papers",
  }) }, t("room.admit"));
  readonly #reason = h("select", { "aria-label": t("room.reason") }, ...reasons.map((reason) => h("option", { value: reason }, word("CutReason", reason))));
  readonly #warn = this.#button("warn", () => ({ reason: this.#reason.value }));
  readonly #pause = this.#button("interrupt", () => ({ reason: "staff" }));
  readonly #resume = this.#button("resume", () => ({}));
  readonly #end = this.#button("end", () => ({ reason: "finished" }));
  readonly #cut = this.#button("cut", () => ({ reason: this.#reason.value }), "danger");
  readonly element = h("section", { class: "room-desk", "aria-label": t("room.desk") },
    this.#visitors, this.#failure, h("div", { class: "actions" }, this.#admit, this.#pause, this.#resume, this.#end),
    h("div", { class: "actions" }, h("label", null, t("room.reason"), " ", this.#reason), this.#warn, this.#cut));

  /** @param halt Stops picture and sound while a cut is under way. */
  constructor(readonly visit: string, visitors: readonly Visitor[], readonly halt: () => void) {
    this.#visitors.append(h("legend", null, t("room.check")), ...visitors.map((visitor) =>
      h("label", { class: "tick" }, h("input", { type: "checkbox", value: visitor.id, checked: true, onchange: () => this.#enable() }), `${visitor.name} · ${word("Relationship", visitor.relationship)}`)));
  }

  follow(state: RoomState): void {
    const stage = state.over ? "over" : state.view?.stage ?? "";
    const before = stage === "scheduled" || stage === "waiting";
    this.#visitors.hidden = this.#admit.hidden = !before;
    this.#present = state.view?.present.includes("family") ?? false;
    this.#enable();
    this.#pause.hidden = stage !== "inProgress";
    this.#resume.hidden = stage !== "interrupted";
    this.#end.hidden = this.#warn.hidden = stage !== "inProgress" && stage !== "interrupted";
    this.#cut.hidden = stage === "scheduled";
    this.element.hidden = stage === "over" || stage === "";
  }

  /** Nobody is admitted who is not there, and nobody is admitted as nobody. */
  #enable(): void {
    this.#admit.disabled = !this.#present || !this.#visitors.querySelector("input:checked");
  }

  #button(what: "warn" | "interrupt" | "resume" | "end" | "cut", body: () => unknown, style = ""): HTMLButtonElement {
    return h("button", { type: "button", class: style, "data-do": what, onclick: () => this.#send(what, body()) }, t(`room.${what}`));
  }

  async #send(what: string, body: unknown): Promise<void> {
    this.#failure.hidden = true;
    if (what === "cut") this.halt();
    try {
      await post(`/api/v1/visits/${this.visit}/${what}`, body, crypto.randomUUID());
    } catch (error) {
      setText(this.#failure, explain(error));
      this.#failure.hidden = false;
    }
  }
}
