// <live-board board="430981001" [tiles="https://…/{z}/{x}/{y}.png"]>: the officers' live dashboard. Takes the place of the
// list that the server rendered inside it; `observe` gives a way into rooms of visits. Attribute `data-state` is connecting, live, reconnecting or refused; rows
// carry data-subject-id, data-lon, data-lat, data-at.
import type { MapLibre, Marker } from "../map/map-view";
import { showFeedStatus } from "../live-feed/feed-status";
import { LiveFeed } from "../live-feed/live-feed";
import type { Alert, Subject } from "../live-feed/board";
import { AlertQueue } from "./alert-queue";
import { VisitWall } from "./visit-wall";
import { arrange, h, setAttribute, setText } from "../shared/dom";
import { t } from "../shared/i18n";
import { ago } from "../shared/time";
import type { Zone } from "../zone-editor/zone-form";
import { get } from "../shared/api";

type MapModule = typeof import("../map/map-view");

export class LiveBoard extends HTMLElement {
  #feed: LiveFeed | null = null;
  #map: MapLibre | null = null;
  #maps: MapModule | null = null;
  #fitted = false;
  #selected: string | null = null;
  #filter = "";
  readonly #rows = new Map<string, HTMLElement>();
  readonly #markers = new Map<string, Marker>();
  readonly #status = h("p", { class: "board-status", role: "status" }, t("feed.connecting"));
  readonly #counters = h("dl", { class: "board-counters" });
  readonly #mapHost = h("div", { class: "board-map" });
  readonly #list = h("ul", { class: "board-list" });
  readonly #listNote = h("p", { class: "board-empty" }, t("list.loading"));
  readonly #queue = new AlertQueue();
  readonly #wall = new VisitWall(() => this.hasAttribute("observe"));
  #panes: HTMLElement | null = null;
  #frame = 0;
  #clock = 0;

  connectedCallback(): void {
    const board = this.getAttribute("board");
    if (!board || this.#feed) return;
    const search = h("input", { type: "search", placeholder: t("list.filter"), "aria-label": t("list.filter"), oninput: (event: Event) => {
      this.#filter = (event.target as HTMLInputElement).value.trim();
      this.#render();
    } });
    this.#list.addEventListener("keydown", (event) => this.#walk(event));
    // What the server rendered stays until there is something to put in its place.
    this.prepend(h("div", { class: "board-head" }, this.#status));
    this.#panes = h("div", { class: "board-panes" },
      this.#mapHost,
      h("section", { class: "board-pane", "aria-label": t("queue.title") }, h("h2", null, t("queue.title")), this.#queue.element),
      h("section", { class: "board-pane", "aria-label": t("list.title") }, h("h2", null, t("list.title")), search, this.#listNote, this.#list));
    const feed = new LiveFeed(board);
    this.#feed = feed;
    feed.addEventListener("state", () => this.#schedule());
    feed.addEventListener("status", () => this.#showStatus());
    this.#showStatus();
    this.#clock = window.setInterval(() => this.#tick(), 1000);
    void feed.run();
  }

  disconnectedCallback(): void {
    this.#feed?.stop();
    this.#feed = null;
    window.clearInterval(this.#clock);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#markers.clear();
    this.#map?.remove();
    this.#map = null;
  }

  /** Many deltas within one frame are drawn once. */
  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#panes && !this.#panes.isConnected) {
        this.replaceChildren(h("div", { class: "board-head" }, this.#status, this.#counters), this.#wall.element, this.#panes);
        void this.#openMap();
      }
      this.#render();
    });
  }

  async #openMap(): Promise<void> {
    try {
      this.#maps = await import("../map/map-view");
      this.#map = await this.#maps.openMap(this.#mapHost, this.getAttribute("tiles"), t("map.board"));
      this.#map?.on("zoom", () => this.#showDistance());
      void this.#drawZones();
      this.#showDistance();
      this.#render();
    } catch (error) {
      console.warn("The map could not be loaded.", error);
      this.#mapHost.replaceChildren(h("p", { class: "map-absent", role: "note" }, t("map.failed")));
    }
  }

  /** The shared zones of the jurisdiction; a board without them is still a board. */
  async #drawZones(): Promise<void> {
    const [map, maps] = [this.#map, this.#maps];
    if (!map || !maps) return;
    try {
      const zones = await get<Zone[]>(`/api/v1/zones?jurisdiction=${this.getAttribute("board")}`);
      maps.draw(map, "zones", maps.collection(zones.map((zone) => maps.zoneFeature(zone.geometry, zone.kind))));
      setAttribute(this.#mapHost, "data-zones", String(zones.length));
    } catch (error) {
      console.warn("The shared zones could not be loaded.", error);
    }
  }

  /** From far away only the names that ask for attention are shown; sixty of them would cover the map and each other. */
  #showDistance(): void {
    setAttribute(this.#mapHost, "data-far", (this.#map?.getZoom() ?? 0) < 12.5 ? "true" : null);
  }

  #showStatus(): void {
    showFeedStatus(this, this.#status, this.#feed);
  }

  #render(): void {
    if (!this.#feed) return;
    const { subjects, visits, alerts, sequence } = this.#feed.state;
    if (sequence === null) return;
    const shown = [...subjects.values()].filter((s) => s.name.includes(this.#filter)).sort(byUrgency);
    setText(this.#listNote, subjects.size === 0 ? t("list.empty") : shown.length === 0 ? t("list.noMatch") : t("list.count", { n: shown.length }));
    arrange(this.#list, shown.map((subject) => this.#row(subject)));
    for (const id of [...this.#rows.keys()]) if (!subjects.has(id)) this.#rows.delete(id);
    this.#queue.show([...alerts.values()]);
    this.#wall.show([...visits.values()]);
    this.#count([...subjects.values()], [...alerts.values()]);
    this.#drawSubjects([...subjects.values()]);
    setAttribute(this, "data-sequence", String(sequence));
  }

  #row(subject: Subject): HTMLElement {
    let row = this.#rows.get(subject.id);
    if (!row) {
      row = h("li", { tabindex: 0, "data-subject-id": subject.id, onclick: () => this.#select(subject.id) },
        h("i", { class: "dot", "aria-hidden": "true" }), h("b", null), h("span", { class: "state" }), h("span", { class: "when muted" }),
        h("a", { href: `/subjects/${subject.id}`, "aria-label": t("list.open", { name: subject.name }) }, t("list.dossier")));
      this.#rows.set(subject.id, row);
    }
    const [, name, state, when] = [...row.children] as [Element, Element, Element, Element];
    setAttribute(row, "data-status", subject.status);
    place(row, subject);
    setAttribute(row, "aria-current", this.#selected === subject.id ? "true" : null);
    setText(name, subject.name);
    setText(state, [statusWord(subject.status), subject.openAlerts > 0 ? t("list.alerts", { n: subject.openAlerts }) : "", subject.battery === null ? "" : t("list.battery", { n: subject.battery })].filter(Boolean).join(" · "));
    setText(when, subject.position ? ago(new Date(subject.position.at), new Date()) : t("list.never"));
    return row;
  }

  #walk(event: KeyboardEvent): void {
    const row = (event.target as Element).closest("li");
    if (!row) return;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (next instanceof HTMLElement) {
      event.preventDefault();
      next.focus();
    } else if (event.key === "Enter" && event.target === row) {
      this.#select(row.getAttribute("data-subject-id") ?? "");
    }
  }

  #select(id: string): void {
    this.#selected = id;
    const position = this.#feed?.state.subjects.get(id)?.position;
    if (position) this.#map?.easeTo({ center: [position.lon, position.lat], zoom: Math.max(this.#map.getZoom(), 14) });
    this.#render();
  }

  #count(subjects: Subject[], alerts: Alert[]): void {
    const figures: [string, number][] = [
      [t("counter.subjects"), subjects.length],
      [t("counter.reporting"), subjects.filter((s) => s.status === "reporting" || s.status === "amber" || s.status === "breach").length],
      [t("counter.silent"), subjects.filter((s) => s.status === "silent").length],
      [t("counter.alerts"), alerts.length],
    ];
    this.#counters.replaceChildren(...figures.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, String(value))]));
  }

  #drawSubjects(subjects: Subject[]): void {
    const [map, maps] = [this.#map, this.#maps];
    if (!map || !maps) return;
    const placed = subjects.filter((s) => s.position !== null);
    const held = new Set(placed.map((s) => s.id));
    for (const [id, marker] of this.#markers) {
      if (held.has(id)) continue;
      marker.remove();
      this.#markers.delete(id);
    }
    for (const subject of placed) {
      const at: [number, number] = [subject.position!.lon, subject.position!.lat];
      let marker = this.#markers.get(subject.id);
      if (!marker) {
        const pin = h("button", { class: "pin", type: "button", tabindex: -1, "data-subject-id": subject.id, onclick: () => this.#select(subject.id) }, h("i", null), h("span", null, subject.name));
        marker = new maps.Marker({ element: pin, anchor: "left", offset: [-7, 0] }).setLngLat(at).addTo(map);
        this.#markers.set(subject.id, marker);
      }
      marker.setLngLat(at);
      setAttribute(marker.getElement(), "data-status", subject.status);
      place(marker.getElement(), subject);
      setText(marker.getElement().querySelector("span")!, subject.name);
      setAttribute(marker.getElement(), "data-selected", this.#selected === subject.id ? "true" : null);
    }
    maps.draw(map, "accuracy", maps.collection(placed.filter((s) => (s.position!.accuracy ?? 0) > 0)
      .map((s) => maps.circle([s.position!.lon, s.position!.lat], s.position!.accuracy ?? 0, { colour: colours[s.status] ?? "#7a828c" }))));
    if (!this.#fitted && placed.length > 0) {
      this.#fitted = true;
      maps.fit(map, middle(placed.map((s) => [s.position!.lon, s.position!.lat])));
    }
  }

  #tick(): void {
    this.#queue.tick();
    this.#wall.tick();
    for (const row of this.#rows.values()) {
      const at = row.getAttribute("data-at");
      const when = row.querySelector(".when");
      if (at && when) setText(when, ago(new Date(at), new Date()));
    }
  }
}

/** Where the subject is, for whoever reads the page by program. */
function place(element: Element, { position }: Subject): void {
  setAttribute(element, "data-lon", position ? String(position.lon) : null);
  setAttribute(element, "data-lat", position ? String(position.lat) : null);
  setAttribute(element, "data-at", position?.at ?? null);
}

/** The tenth farthest out on each side do not decide where the map begins: one stray subject would make it a world map. */
function middle(points: [number, number][]): [number, number][] {
  if (points.length < 10) return points;
  const cut = Math.floor(points.length / 10);
  const inner = (axis: 0 | 1) => {
    const sorted = points.map((p) => p[axis]).sort((a, b) => a - b);
    return [sorted[cut]!, sorted[points.length - 1 - cut]!] as const;
  };
  const [west, east] = inner(0), [south, north] = inner(1);
  return [[west, south], [east, north]];
}

/** As in islands.css; MapLibre cannot read a style sheet. */
const colours: Record<string, string> = { breach: "#b3261e", silent: "#b26a00", amber: "#e0a800", reporting: "#1a7f4b", unheard: "#7a828c" };

const urgency: Record<string, number> = { breach: 0, silent: 1, amber: 2, reporting: 3, unheard: 4 };

const byUrgency = (a: Subject, b: Subject): number =>
  (urgency[a.status] ?? 9) - (urgency[b.status] ?? 9) || a.name.localeCompare(b.name, "zh-CN") || a.id.localeCompare(b.id);

const statusWord = (status: string): string =>
  t(status === "breach" ? "tone.alert" : status === "silent" ? "tone.silent" : status === "amber" ? "tone.amber" : status === "unheard" ? "tone.none" : "tone.ok");
