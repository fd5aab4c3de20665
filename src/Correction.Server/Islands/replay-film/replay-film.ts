// <replay-film data-clock data-from data-to data-at data-known><script type="application/json">…a Film…</script><table>…</table>: plays a
// period on both clocks. The table is the page's; without script it shows the moment that the form asked for. Attribute
// `data-at` is the moment shown, in ms.
import { arrange, h, initialJson, setAttribute, setText } from "../shared/dom";
import { t } from "../shared/i18n";
import { Player } from "../shared/player";
import { clockTime, localDate } from "../shared/time";
import { rowsAt, type Film, type Row } from "./film";

const speeds = [1, 60, 300, 900, 3_600] as const;

export class ReplayFilm extends HTMLElement {
  #film: Film | null = null;
  #at = 0;
  #drawn = "";
  #lines = new Map<string, HTMLTableRowElement>();
  readonly #slider = h("input", { type: "range", step: 1_000, "aria-label": t("film.occurred"), oninput: () => this.seek(Number(this.#slider.value)) });
  readonly #clock = h("output", { class: "replay-clock num" });
  readonly #play = h("button", { type: "button", class: "primary", onclick: () => this.#toggle() }, t("replay.play"));
  readonly #speed = h("select", { "aria-label": t("replay.speed") }, ...speeds.map((times) => h("option", { value: times, selected: times === 300 }, t("replay.times", { n: times }))));
  readonly #player = new Player(() => Number(this.#speed.value), (passed) => this.seek(this.#at + passed));
  readonly #known = h("input", { type: "checkbox", onchange: () => this.#show() });

  connectedCallback(): void {
    const film = initialJson<Film>(this);
    if (!film || this.#film) return;
    this.#film = film;
    setAttribute(this.#slider, "min", this.dataset["from"]!);
    setAttribute(this.#slider, "max", this.dataset["to"]!);
    this.#known.checked = this.dataset["known"] === "then";
    for (const line of this.querySelectorAll<HTMLTableRowElement>("tr[data-key]")) this.#lines.set(line.dataset["key"]!, line);
    document.getElementById(this.dataset["clock"]!)?.remove(); // the player has a clock of its own, which moves
    this.prepend(
      h("div", { class: "replay-controls" }, this.#play, this.#speed, this.#clock, h("label", { class: "tick" }, this.#known, t("replay.knownThen"))),
      h("div", { class: "replay-slider" }, this.#slider));
    this.seek(Number(this.dataset["at"]));
    this.dataset["ready"] = "true";
  }

  disconnectedCallback(): void {
    this.#player.stop();
  }

  /** Shows this moment. */
  seek(at: number): void {
    this.#at = Math.min(Math.max(Number(this.dataset["from"]), at), Number(this.dataset["to"]));
    if (this.#at >= Number(this.dataset["to"])) this.#player.stop();
    this.#slider.value = String(this.#at);
    this.#show();
  }

  #toggle(): void {
    this.#player.toggle();
    this.#show();
  }

  #show(): void {
    const now = new Date(this.#at);
    const text = `${localDate(now)} ${clockTime(now)}`;
    setAttribute(this, "data-at", String(Math.round(this.#at)));
    setText(this.#play, t(this.#player.playing ? "replay.pause" : "replay.play"));
    setText(this.#clock, text);
    setAttribute(this.#slider, "aria-valuetext", text);
    const rows = rowsAt(this.#known.checked ? this.#film!.asKnownThen : this.#film!.asItWas, this.#at);
    const key = JSON.stringify(rows.map((row) => [row.key, row.cells]));
    if (key === this.#drawn) return;
    this.#drawn = key;
    arrange(this.querySelector("tbody")!, rows.map((row) => this.#line(row)));
  }

  #line(row: Row): HTMLTableRowElement {
    let line = this.#lines.get(row.key);
    if (!line) {
      line = h("tr", { "data-key": row.key }, h("th", { scope: "row" }, row.href ? h("a", { href: row.href }, row.label) : row.label), ...row.cells.map(() => h("td", null)));
      this.#lines.set(row.key, line);
    }
    row.cells.forEach((cell, place) => setText(line.cells[place + 1]!, cell));
    return line;
  }
}
