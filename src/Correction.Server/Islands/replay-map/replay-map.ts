// <replay-map><script type="application/json">…a Day…</script></replay-map>: a day of one subject, played again. Links
// with data-seek anywhere on the page lead to their moment. Attribute `data-at` is the time of day shown, in ms.
// Honest by rule: between fixes nothing moves; in a gap the whereabouts are unknown, and it says so.
import type { Feature } from "geojson";
import type { MapLibre } from "../map/map-view";
import { h, initialJson, setAttribute, setText } from "../shared/dom";
import { page, t, word } from "../shared/i18n";
import { Player } from "../shared/player";
import { clockTime, span } from "../shared/time";
import { dayLength, fixAt, gaps, neighbour, place, segments, stateAt, usable, type Day } from "./day";

type MapModule = typeof import("../map/map-view");

const colours = { track: "#1f5fa8", gap: "#8a6d3b", now: "#b3261e", unknown: "#7a828c", stop: "#6b3fa0" };
const unusableColours: Record<string, string> = { jump: "#b3261e", mocked: "#b3261e", future: "#b26a00", stale: "#b26a00", inaccurate: "#7a828c" };
const speeds = [30, 60, 300, 900] as const;

export class ReplayMap extends HTMLElement {
  #day: Day | null = null;
  #runs: number[][] = [];
  #map: MapLibre | null = null;
  #maps: MapModule | null = null;
  #at = 0;
  #zonesDrawn = "";
  readonly #host = h("div", { class: "track-host" });
  readonly #slider = h("input", { type: "range", min: 0, max: dayLength - 1000, step: 10_000, "aria-label": t("replay.time"), oninput: () => this.seek(Number(this.#slider.value)) });
  readonly #strip = h("div", { class: "replay-strip", "aria-hidden": "true" });
  readonly #clock = h("output", { class: "replay-clock num" });
  readonly #play = h("button", { type: "button", class: "primary", onclick: () => this.#toggle() }, t("replay.play"));
  readonly #speed = h("select", { "aria-label": t("replay.speed") }, ...speeds.map((times) => h("option", { value: times, selected: times === 300 }, t("replay.times", { n: times }))));
  readonly #player = new Player(() => Number(this.#speed.value), (passed) => this.seek(this.#at + passed));
  readonly #known = h("input", { type: "checkbox", onchange: () => this.#show() });
  readonly #where = h("p", { class: "replay-where" });
  readonly #zones = h("ul", { class: "zone-list" });
  readonly #orders = h("p", { class: "small" });

  connectedCallback(): void {
    const day = initialJson<Day>(this);
    if (!day || this.#day) return;
    this.#day = day;
    this.#runs = segments(day);
    this.#buildStrip(day);
    const step = (direction: 1 | -1) => () => {
      const next = neighbour(day, this.#at, direction);
      if (next !== null) this.seek(day.fixes.at[next]!);
    };
    this.replaceChildren(
      h("div", { class: "replay-controls", id: "replay" }, this.#play, this.#speed,
        h("button", { type: "button", onclick: step(-1), "aria-label": t("replay.before") }, "‹"), h("button", { type: "button", onclick: step(1), "aria-label": t("replay.after") }, "›"),
        this.#clock, h("label", { class: "tick" }, this.#known, t("replay.knownThen"))),
      h("div", { class: "replay-slider" }, this.#slider, this.#strip),
      h("p", { class: "replay-legend small muted" }, ...(["track", "gap", "stop", "now"] as const).map((what) => h("span", null, h("i", { style: `background:${colours[what]}` }), t(`replay.legend.${what}`)))),
      h("div", { class: "replay-panes" }, this.#host, h("div", null, this.#where, h("h2", null, t("replay.zones")), this.#zones, h("h2", null, t("replay.orders")), this.#orders)));
    document.addEventListener("click", this.#follow);
    this.seek(day.fixes.at.find((_, i) => usable(day, i)) ?? 0);
    void this.#open(day);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#follow);
    this.#player.stop();
    this.#map?.remove();
    this.#map = null;
  }

  /** Shows this time of the day. */
  seek(at: number): void {
    this.#at = Math.min(Math.max(0, at), dayLength - 1);
    if (this.#at >= dayLength - 1) this.#player.stop();
    this.#slider.value = String(this.#at);
    this.#show();
  }

  readonly #follow = (event: MouseEvent): void => {
    const link = (event.target as Element).closest<HTMLElement>("[data-seek]");
    if (!link || !this.#day) return;
    event.preventDefault();
    this.seek(Date.parse(link.dataset["seek"]!) - Date.parse(this.#day.from));
    this.scrollIntoView({ block: "start" });
  };

  #toggle(): void {
    this.#player.toggle();
    this.#show();
  }

  /** The moment in words and on the map. */
  #show(): void {
    const day = this.#day;
    if (!day) return;
    const knownThen = this.#known.checked;
    const now = new Date(Date.parse(day.from) + this.#at);
    const index = fixAt(day, this.#at, knownThen);
    setAttribute(this, "data-at", String(Math.round(this.#at)));
    setAttribute(this, "data-fix", index === null ? null : String(index));
    setText(this.#play, t(this.#player.playing ? "replay.pause" : "replay.play"));
    setText(this.#clock, clockTime(now));
    setAttribute(this.#slider, "aria-valuetext", clockTime(now));
    const age = index === null ? null : this.#at - day.fixes.at[index]!;
    const unknown = age === null || age > day.longestGap;
    setText(this.#where, index === null ? t("replay.nothingYet") : [
      t(unknown ? "replay.unknownSince" : "replay.position", { time: clockTime(new Date(Date.parse(day.from) + day.fixes.at[index]!)), span: span(age ?? 0) }),
      `${day.fixes.lon[index]!.toFixed(5)}, ${day.fixes.lat[index]!.toFixed(5)}`,
      day.fixes.accuracy[index] === null ? "" : `±${day.fixes.accuracy[index]} m`,
      day.fixes.delay[index]! > 60_000 ? t("replay.late", { span: span(day.fixes.delay[index]!) }) : "",
    ].filter(Boolean).join(" · "));
    setAttribute(this.#where, "data-unknown", unknown ? "true" : null);
    this.#showState(day, knownThen);
    this.#drawNow(day, index, unknown);
  }

  #showState(day: Day, knownThen: boolean): void {
    const state = stateAt(knownThen ? day.asKnownThen : day.asItWas, this.#at);
    const key = JSON.stringify([state?.from, knownThen, this.#map !== null]);
    if (key === this.#zonesDrawn) return;
    this.#zonesDrawn = key;
    const zones = state?.zones ?? [];
    this.#zones.replaceChildren(...(zones.length === 0 ? [h("li", { class: "muted" }, page("Zone.None"))] : zones.map((zone) =>
      h("li", { "data-kind": zone.kind, "data-zone-id": zone.zoneId }, `${zone.name} · ${word("ZoneKind", zone.kind)}`, zone.breached ? h("span", { class: "tag bad" }, page("Zone.Breached")) : null))));
    setText(this.#orders, state?.orders.map((order) => `${word("Ground", order.ground)} (${order.from} – ${order.to})`).join("\n") || t("replay.noOrder"));
    if (this.#map && this.#maps) this.#maps.draw(this.#map, "replay-zones", this.#maps.collection(zones.map((zone) => this.#maps!.zoneFeature(zone.geometry, zone.kind))));
  }

  #drawNow(day: Day, index: number | null, unknown: boolean): void {
    const [map, maps] = [this.#map, this.#maps];
    if (!map || !maps) return;
    const colour = unknown ? colours.unknown : colours.now;
    maps.draw(map, "replay-now", maps.collection(index === null ? [] : [
      maps.circle(place(day, index), Math.max(day.fixes.accuracy[index] ?? 0, 1), { colour }), point(place(day, index), colour)]));
  }

  async #open(day: Day): Promise<void> {
    try {
      this.#maps = await import("../map/map-view");
      this.#map = await this.#maps.openMap(this.#host, this.getAttribute("tiles"), t("map.track"));
    } catch (error) {
      console.warn("The map could not be loaded.", error);
      this.#host.replaceChildren(h("p", { class: "map-absent", role: "note" }, t("map.failed")));
    }
    const [map, maps] = [this.#map, this.#maps];
    if (!map || !maps) return;
    this.#showState(day, this.#known.checked); // zones lie under the track, and the moment above it
    const line = (indices: readonly number[], properties: Record<string, unknown>): Feature =>
      ({ type: "Feature", properties, geometry: { type: "LineString", coordinates: indices.map((i) => place(day, i)) } });
    maps.draw(map, "replay-track", maps.collection([
      ...this.#runs.map((run) => (run.length > 1 ? line(run, { colour: colours.track }) : point(place(day, run[0]!), colours.track))),
      ...gaps(day, this.#runs).map((gap) => line([gap.before, gap.after], { gap: true, colour: colours.gap })),
      ...day.stops.map((stop) => point([stop.lon, stop.lat], colours.stop)),
      ...day.fixes.use.flatMap((use, i) => (use === "usable" ? [] : [point(place(day, i), unusableColours[use] ?? colours.unknown)])),
    ]));
    this.#show();
    maps.fit(map, this.#runs.flat().map((i) => place(day, i)));
    this.dataset["ready"] = "true";
  }

  /** Under the slider: when there was a position, gaps, stops, and the alerts as marks. The tables below say the same. */
  #buildStrip(day: Day): void {
    const bar = (kind: string, from: number, to: number) =>
      h("i", { class: kind, style: `left:${(100 * from) / dayLength}%;width:${Math.max((100 * (to - from)) / dayLength, 0.1)}%` });
    this.#strip.replaceChildren(
      ...this.#runs.map((run) => bar("seen", day.fixes.at[run[0]!]!, day.fixes.at[run.at(-1)!]!)),
      ...gaps(day, this.#runs).map((gap) => bar("gap", gap.from, gap.to)),
      ...day.stops.map((stop) => bar("stop", stop.from, stop.to)),
      ...day.alerts.map((alert) => h("i", { class: "alert", title: word("AlertKind", alert.kind), style: `left:${(100 * alert.at) / dayLength}%` })));
  }
}

const point = (coordinates: [number, number], colour: string): Feature => ({ type: "Feature", properties: { colour }, geometry: { type: "Point", coordinates } });
