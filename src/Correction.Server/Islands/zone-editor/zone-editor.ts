// <zone-editor subject-id="…" jurisdiction="430981001" centre="112.36,28.85">: the zones of one subject on a map, with the
// shared ones of its jurisdiction, and a form that lays another or changes one.
// <zone-editor jurisdiction="430981001" reach="430981001"><script type="application/json">{"430981":"…"}</script>: the shared
// zones of a jurisdiction; the reader lays there and lifts what lies within `reach`; without it, only looks. A changed zone is a new zone that takes the old one's place: what was judged by the old one stays as it
// was. Events: `zones-changed`.
import type { MapLibre, LonLat } from "../map/map-view";
import { ApiError, explain, get, post } from "../shared/api";
import { h, initialJson, setText } from "../shared/dom";
import { page, t, word } from "../shared/i18n";
import { dayWord, ZoneForm, type Zone } from "./zone-form";

type MapModule = typeof import("../map/map-view");

export class ZoneEditor extends HTMLElement {
  #map: MapLibre | null = null;
  #maps: MapModule | null = null;
  #zones: Zone[] = [];
  /** Of a subject: the shared zones that apply, to be seen only. */
  #shared: Zone[] = [];
  #names: Record<string, string> = {};
  /** The centre stands, and the next click says how far the circle reaches. */
  #reaching = false;
  /** The zone whose place the next one takes. */
  #replaced: Zone | null = null;
  /** What was sent and not yet done: a second try is the same command, not another one. */
  #pending: { key: string; liftKey: string; body: unknown } | null = null;
  readonly #host = h("div", { class: "zone-map" });
  readonly #existing = h("ul", { class: "zone-list" });
  readonly #message = h("p", { role: "status", class: "zone-message" });
  readonly #form = new ZoneForm();

  connectedCallback(): void {
    if (this.contains(this.#host)) return;
    this.#form.element.addEventListener("input", () => this.#changed());
    this.#form.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    this.#form.element.addEventListener("cancel", () => this.#begin(null));
    this.#names = initialJson<Record<string, string>>(this) ?? {};
    this.replaceChildren(this.#existing, this.#host, ...(this.#mayLay ? [this.#form.element] : []), this.#message);
    void this.#start();
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  get #subject(): string | null { return this.getAttribute("subject-id"); }

  get #jurisdiction(): string { return this.getAttribute("jurisdiction") ?? ""; }

  get #mayLay(): boolean { return this.#subject !== null || this.#jurisdiction.startsWith(this.getAttribute("reach") ?? "-"); }

  get #url(): string { return this.#subject === null ? "/api/v1/zones" : `/api/v1/subjects/${this.#subject}/zones`; }

  get #sharedUrl(): string { return `/api/v1/zones?jurisdiction=${this.#jurisdiction}`; }

  #lifting(zone: Zone): string { return `${this.#url}/${zone.zoneId}/lift${zone.shared ? `?jurisdiction=${zone.shared.jurisdiction}` : ""}`; }

  async #start(): Promise<void> {
    try {
      this.#maps = await import("../map/map-view");
      this.#map = await this.#maps.openMap(this.#host, this.getAttribute("tiles"), t("map.zones"));
    } catch (error) {
      console.warn("The map could not be loaded.", error);
      this.#host.replaceChildren(h("p", { class: "map-absent", role: "note" }, t("map.failed")));
    }
    const centre = this.getAttribute("centre")?.split(",").map(Number);
    if (centre?.length === 2) this.#map?.jumpTo({ center: centre as LonLat, zoom: 14 });
    this.#map?.doubleClickZoom.disable();
    this.#map?.on("click", (event) => this.#place([round(event.lngLat.lng), round(event.lngLat.lat)]));
    this.#map?.on("mousemove", (event) => { if (this.#reaching) this.#reach([event.lngLat.lng, event.lngLat.lat]); });
    this.#map?.on("dblclick", () => this.#finish());
    this.#host.addEventListener("keydown", (event) => this.#key(event));
    try {
      await this.#load();
    } catch (error) {
      this.#say(explain(error), true);
    }
    const shapes = this.#zones.flatMap((zone) => ("center" in zone.geometry ? [zone.geometry.center] : zone.geometry.coordinates[0] ?? []));
    if (this.#map && this.#maps && shapes.length > 0) this.#maps.fit(this.#map, shapes);
    this.dataset["ready"] = "true";
  }

  async #load(): Promise<void> {
    this.#zones = await get<Zone[]>(this.#subject === null ? this.#sharedUrl : this.#url);
    this.#shared = this.#subject !== null && this.#jurisdiction ? await get<Zone[]>(this.#sharedUrl) : [];
    this.#existing.replaceChildren(...(this.#zones.length === 0 ? [h("li", { class: "muted" }, page("Zone.None"))] : this.#zones.map((zone) => this.#line(zone))));
    this.#redraw();
  }

  #line(zone: Zone): HTMLElement {
    const { geometry, schedule } = zone;
    const hours = schedule ? `${schedule.days.map(dayWord).join(" ")} ${schedule.from}–${schedule.to}` : page("Schedule.Always");
    const whose = zone.shared ? ` · ${this.#names[zone.shared.jurisdiction] ?? zone.shared.jurisdiction}` : "";
    const mayChange = this.#subject !== null || zone.shared?.jurisdiction.startsWith(this.getAttribute("reach") ?? "-");
    const shape = "center" in geometry ? page("Shape.Circle", Math.round(geometry.radius)) : page("Shape.Area", (geometry.coordinates[0]?.length ?? 1) - 1);
    return h("li", { "data-zone-id": zone.zoneId, "data-kind": zone.kind },
      h("span", null, h("b", null, zone.name), ` · ${word("ZoneKind", zone.kind)} · ${shape} · ${hours}${whose}`),
      mayChange ? h("span", { class: "do" },
        h("button", { type: "button", class: "link-button edit", "aria-label": t("zone.changeThis", { name: zone.name }), onclick: () => this.#begin(zone) }, t("zone.changeShort")),
        h("button", { type: "button", class: "link-button lift", "aria-label": page("Zone.LiftThis", zone.name), onclick: () => void this.#lift(zone) }, page("Zone.Lift"))) : null);
  }

  async #lift(zone: Zone): Promise<void> {
    if (!confirm(t("zone.liftConfirm", { name: zone.name }))) return;
    await this.#send(() => post(this.#lifting(zone), {}, crypto.randomUUID()), t("zone.lifted", { name: zone.name }));
  }

  /** A new zone, or one that takes this one's place. */
  #begin(replaced: Zone | null): void {
    [this.#replaced, this.#reaching, this.#pending] = [replaced, false, null];
    if (replaced) this.#form.fill(replaced);
    else this.#form.clear();
    this.#redraw();
  }

  /** The form says something else than what was sent: the next save is another command. */
  #changed(): void {
    this.#pending = null;
    this.#redraw();
  }

  /** A click on the map, or the space bar in its middle: the centre and then the edge of a circle, or the next point of a border. */
  #place(at: LonLat): void {
    if (this.#form.shape === "polygon") {
      const last = this.#form.ring.at(-1);
      // The second click of a double click is no second point.
      if (last?.[0] !== at[0] || last[1] !== at[1]) this.#form.ring = [...this.#form.ring, at];
    } else if (this.#reaching) {
      this.#reach(at);
      this.#reaching = false;
    } else {
      this.#form.centre = at;
      this.#reaching = true;
    }
    this.#changed();
  }

  #reach(to: LonLat): void {
    const centre = this.#form.centre;
    if (centre) this.#form.radius = Math.max(10, Math.round(this.#maps?.metres(centre, to) ?? 10));
    this.#changed();
  }

  /** The arrows of the keyboard move the map, as MapLibre has it; its middle is the pointer. */
  #key(event: KeyboardEvent): void {
    if (event.target !== this.#map?.getCanvas()) return;
    const middle = this.#map.getCenter();
    if (event.key === " ") {
      event.preventDefault();
      this.#place([round(middle.lng), round(middle.lat)]);
    } else if (event.key === "Escape") {
      this.#begin(this.#replaced);
    } else if (event.key === "Enter") {
      this.#finish();
    }
  }

  /** The drawing is done: on to its name. */
  #finish(): void {
    this.#reaching = false;
    if (this.#form.geometry) this.#form.focus();
  }

  #redraw(): void {
    const [map, maps] = [this.#map, this.#maps];
    if (!map || !maps) return;
    maps.draw(map, "zones", maps.collection([...this.#shared, ...this.#zones].filter((zone) => zone !== this.#replaced).map((zone) => maps.zoneFeature(zone.geometry, zone.kind))));
    const drawn = this.#form.geometry;
    const points = this.#form.shape === "polygon" ? this.#form.ring : this.#form.centre ? [this.#form.centre] : [];
    maps.draw(map, "drawn", maps.collection([
      ...(drawn ? [maps.zoneFeature(drawn, this.#form.kind)] : []),
      ...points.map((p) => ({ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: p } })),
    ]));
  }

  async #save(): Promise<void> {
    const geometry = this.#form.geometry;
    if (!geometry) return this.#say(t("zone.needShape"), true);
    const command = (this.#pending ??= { key: crypto.randomUUID(), liftKey: crypto.randomUUID(), body: this.#form.body(geometry, new Date(), this.#subject === null ? this.#replaced?.shared?.jurisdiction ?? this.#jurisdiction : null) });
    const { name } = command.body as { name: string };
    const replaced = this.#replaced;
    const done = await this.#send(async () => {
      await post(this.#url, command.body, command.key);
      // Only now: there is no moment at which neither holds.
      if (replaced) await post(this.#lifting(replaced), {}, command.liftKey);
    }, t("zone.saved", { name }));
    if (done) this.#begin(null);
  }

  async #send(command: () => Promise<unknown>, done: string): Promise<boolean> {
    this.#form.forgive();
    try {
      await command();
      await this.#load();
      this.#say(done, false);
      this.dispatchEvent(new Event("zones-changed", { bubbles: true }));
      return true;
    } catch (error) {
      const fields = error instanceof ApiError ? Object.keys(error.problem.errors ?? {}) : [];
      for (const field of fields) this.#form.blame(field, page(field.startsWith("geometry") ? "Refusal.geometryInvalid" : "Field.Wrong"));
      this.#say(explain(error), true);
      this.#form.element.querySelector<HTMLElement>("[aria-invalid]")?.focus();
      return false;
    }
  }

  #say(text: string, failed: boolean): void {
    this.#message.className = `zone-message ${failed ? "failure" : "success"}`;
    setText(this.#message, text);
  }
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
