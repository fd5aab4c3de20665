// <live-overview board="4309">: above a county a board shows counts of its child jurisdictions, each a link that drills
// down. The page writes the names it knows into the element as JSON by code; a code without a name shows as it is.
import { showFeedStatus } from "../live-feed/feed-status";
import { LiveFeed } from "../live-feed/live-feed";
import type { Tally } from "../live-feed/board";
import { arrange, h, initialJson, setAttribute, setText } from "../shared/dom";
import { t } from "../shared/i18n";

const figures = ["subjects", "reporting", "breach", "silent", "unheard", "openAlerts"] as const;

export class LiveOverview extends HTMLElement {
  #feed: LiveFeed | null = null;
  #names: Record<string, string> = {};
  readonly #status = h("p", { class: "board-status", role: "status" }, t("feed.connecting"));
  readonly #body = h("tbody", null);
  readonly #total = h("tr", null, h("th", { scope: "row" }, t("overview.total")), ...figures.map((figure) => cell(figure)));
  readonly #rows = new Map<string, HTMLElement>();
  readonly #note = h("p", { class: "board-empty" }, t("list.loading"));
  readonly #table = h("table", { class: "overview" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, t("overview.jurisdiction")), ...figures.map((figure) => h("th", { scope: "col" }, t(`overview.${figure}`))))),
    this.#body, h("tfoot", null, this.#total));

  connectedCallback(): void {
    const board = this.getAttribute("board");
    if (!board || this.#feed) return;
    this.#names = initialJson<Record<string, string>>(this) ?? {};
    this.prepend(h("div", { class: "board-head" }, this.#status));
    const feed = new LiveFeed(board);
    this.#feed = feed;
    feed.addEventListener("state", () => this.#render());
    feed.addEventListener("status", () => showFeedStatus(this, this.#status, feed));
    showFeedStatus(this, this.#status, feed);
    void feed.run();
  }

  disconnectedCallback(): void {
    this.#feed?.stop();
    this.#feed = null;
  }

  #render(): void {
    const state = this.#feed?.state;
    if (!state || state.sequence === null) return;
    if (!this.#table.isConnected) this.replaceChildren(h("div", { class: "board-head" }, this.#status), this.#note, this.#table);
    const children = [...state.children.values()].sort((a, b) => b.openAlerts - a.openAlerts || a.jurisdiction.localeCompare(b.jurisdiction));
    setText(this.#note, children.length === 0 ? t("overview.empty") : "");
    arrange(this.#body, children.map((child) => this.#row(child)));
    fill(this.#total, Object.fromEntries(figures.map((figure) => [figure, children.reduce((sum, child) => sum + child[figure], 0)])));
    setAttribute(this, "data-sequence", String(state.sequence));
  }

  #row(child: Tally): HTMLElement {
    let row = this.#rows.get(child.jurisdiction);
    if (!row) {
      row = h("tr", { "data-jurisdiction": child.jurisdiction },
        h("th", { scope: "row" }, h("a", { href: `/?station=${child.jurisdiction}` }, this.#names[child.jurisdiction] ?? child.jurisdiction)),
        ...figures.map((figure) => cell(figure)));
      this.#rows.set(child.jurisdiction, row);
    }
    fill(row, child);
    return row;
  }
}

const cell = (figure: string): HTMLElement => h("td", { "data-figure": figure });

function fill(row: Element, tally: Partial<Record<(typeof figures)[number], number>>): void {
  for (const figure of figures) setText(row.querySelector(`[data-figure=${figure}]`)!, String(tally[figure] ?? 0));
}
