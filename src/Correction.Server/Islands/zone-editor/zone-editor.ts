// <zone-editor subject-id="…" [centre="112.36,28.85"]>: the zones of one subject on a map, and a form that lays another.
// Everything can be done with the fields alone; the map fills them in. Events: `zones-changed`.
import type { MapLibre, LonLat, ZoneShape } from "../map/map-view";
import { ApiError, get, post } from "../shared/api";
import { h, setText } from "../shared/dom";
import { t, type StringKey } from "../shared/i18n";

type MapModule = typeof import("../map/map-view");

interface Zone { zoneId: string; name: string; kind: "inclusion" | "exclusion"; geometry: ZoneShape; schedule: { days: string[]; from: string; to: string } | null; confirmations: number }

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

export class ZoneEditor extends HTMLElement {
  #map: MapLibre | null = null;
  #maps: MapModule | null = null;
  #zones: Zone[] = [];
  #ring: LonLat[] = [];
  readonly #host = h("div", { class: "zone-map" });
  readonly #existing = h("ul", { class: "zone-list" });
  readonly #message = h("p", { role: "status", class: "zone-message" });
  readonly #form = this.#buildForm();

  connectedCallback(): void {
    if (this.contains(this.#host)) return;
    this.replaceChildren(this.#host, h("h3", null, t("zone.existing")), this.#existing, this.#form, this.#message);
    void this.#start();
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  get #subject(): string { return this.getAttribute("subject-id") ?? ""; }

  async #start(): Promise<void> {
    try {
      this.#maps = await import("../map/map-view");
      this.#map = await this.#maps.openMap(this.#host, this.getAttribute("tiles"));
    } catch (error) {
      console.warn("The map could not be loaded.", error);
      this.#host.replaceChildren(h("p", { class: "map-absent", role: "note" }, t("map.failed")));
    }
    const centre = this.getAttribute("centre")?.split(",").map(Number);
    if (centre?.length === 2) this.#map?.jumpTo({ center: centre as LonLat, zoom: 14 });
    this.#map?.on("click", (event) => this.#place([round(event.lngLat.lng), round(event.lngLat.lat)]));
    await this.#load();
    const shapes = this.#zones.flatMap((zone) => ("center" in zone.geometry ? [zone.geometry.center] : zone.geometry.coordinates[0] ?? []));
    if (this.#map && this.#maps && shapes.length > 0) this.#maps.fit(this.#map, shapes);
  }

  async #load(): Promise<void> {
    this.#zones = await get<Zone[]>(`/api/v1/subjects/${this.#subject}/zones`);
    this.#existing.replaceChildren(...(this.#zones.length === 0 ? [h("li", { class: "muted" }, t("zone.none"))] : this.#zones.map((zone) => this.#line(zone))));
    this.#redraw();
  }

  #line(zone: Zone): HTMLElement {
    const hours = zone.schedule ? `${zone.schedule.days.map((day) => t(`day.${day}` as StringKey)).join(" ")} ${zone.schedule.from}–${zone.schedule.to}` : t("zone.always");
    return h("li", { "data-zone-id": zone.zoneId },
      h("b", null, zone.name), ` · ${t(zone.kind === "exclusion" ? "zone.exclusionShort" : "zone.inclusionShort")} · ${hours} `,
      h("button", { type: "button", class: "link-button lift", onclick: () => void this.#lift(zone) }, t("zone.lift")));
  }

  async #lift(zone: Zone): Promise<void> {
    if (!confirm(t("zone.liftConfirm", { name: zone.name }))) return;
    await this.#send(() => post(`/api/v1/subjects/${this.#subject}/zones/${zone.zoneId}/lift`, {}, crypto.randomUUID()), t("zone.lifted", { name: zone.name }));
  }

  #field(name: string): HTMLInputElement { return this.#form.elements.namedItem(name) as HTMLInputElement; }

  get #shape(): "circle" | "polygon" { return this.#field("shape").value === "polygon" ? "polygon" : "circle"; }

  /** A click on the map: the centre, or the next point of the border. */
  #place(at: LonLat): void {
    if (this.#shape === "circle") {
      [this.#field("lon").value, this.#field("lat").value] = [String(at[0]), String(at[1])];
    } else {
      this.#ring = [...this.#readRing(), at];
      (this.#form.elements.namedItem("points") as HTMLTextAreaElement).value = this.#ring.map((p) => p.join(", ")).join("\n");
    }
    this.#redraw();
  }

  #readRing(): LonLat[] {
    const text = (this.#form.elements.namedItem("points") as HTMLTextAreaElement).value;
    return text.split("\n").map((line) => line.split(/[,，]/).map(Number)).filter((p): p is LonLat => p.length === 2 && p.every(Number.isFinite));
  }

  #geometry(): ZoneShape | null {
    if (this.#shape === "circle") {
      const [lon, lat, radius] = ["lon", "lat", "radius"].map((name) => this.#field(name).value).map((text) => (text === "" ? NaN : Number(text))) as [number, number, number];
      return Number.isFinite(lon) && Number.isFinite(lat) && radius > 0 ? { center: [lon, lat], radius } : null;
    }
    const ring = this.#readRing();
    return ring.length >= 3 ? { type: "Polygon", coordinates: [[...ring, ring[0]!]] } : null;
  }

  #redraw(): void {
    const [map, maps] = [this.#map, this.#maps];
    if (!map || !maps) return;
    maps.draw(map, "zones", maps.collection(this.#zones.map((zone) => maps.zoneFeature(zone.geometry, zone.kind))));
    const drawn = this.#geometry();
    const points = this.#shape === "polygon" ? this.#readRing() : [];
    maps.draw(map, "drawn", maps.collection([
      ...(drawn ? [maps.zoneFeature(drawn, this.#field("kind").value)] : []),
      ...points.map((p) => ({ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: p } })),
    ]));
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const geometry = this.#geometry();
    if (!geometry) return this.#say(t("zone.needShape"), true);
    const scheduled = this.#field("scheduled").checked;
    const name = this.#field("name").value.trim();
    const body = {
      name, geometry, kind: this.#field("kind").value,
      schedule: scheduled ? { days: days.filter((day) => this.#field(`day-${day}`).checked), from: this.#field("from").value, to: this.#field("to").value } : null,
      confirmations: Number(this.#field("confirmations").value),
      effectiveFrom: new Date().toISOString(),
    };
    if (await this.#send(() => post(`/api/v1/subjects/${this.#subject}/zones`, body, crypto.randomUUID()), t("zone.saved", { name }))) {
      this.#form.reset();
      this.#redraw();
    }
  }

  async #send(command: () => Promise<unknown>, done: string): Promise<boolean> {
    try {
      await command();
      await this.#load();
      this.#say(done, false);
      this.dispatchEvent(new Event("zones-changed", { bubbles: true }));
      return true;
    } catch (error) {
      const fields = error instanceof ApiError ? Object.values(error.problem.errors ?? {}).flat() : [];
      this.#say([error instanceof Error ? error.message : String(error), ...fields].join(" "), true);
      return false;
    }
  }

  #say(text: string, failed: boolean): void {
    this.#message.className = `zone-message ${failed ? "failure" : "success"}`;
    setText(this.#message, text);
  }

  #buildForm(): HTMLFormElement {
    const labelled = (key: StringKey, control: HTMLElement) => h("label", { class: "field" }, t(key), control);
    const number = (name: string, attributes: Record<string, string>) => h("input", { type: "number", name, ...attributes });
    const redraw = () => this.#redraw();
    return h("form", { class: "zone-form fields", oninput: redraw, onsubmit: (event: Event) => void this.#save(event) },
      labelled("zone.name", h("input", { name: "name", required: true, maxlength: 60 })),
      labelled("zone.kind", h("select", { name: "kind" }, h("option", { value: "exclusion" }, t("zone.exclusion")), h("option", { value: "inclusion" }, t("zone.inclusion")))),
      labelled("zone.shape", h("select", { name: "shape" }, h("option", { value: "circle" }, t("zone.circle")), h("option", { value: "polygon" }, t("zone.polygon")))),
      labelled("zone.lon", number("lon", { step: "any", min: "-180", max: "180" })),
      labelled("zone.lat", number("lat", { step: "any", min: "-90", max: "90" })),
      labelled("zone.radius", number("radius", { min: "10", max: "200000", value: "200" })),
      labelled("zone.points", h("textarea", { name: "points", rows: 3 })),
      labelled("zone.confirmations", number("confirmations", { min: "1", max: "20", value: "2" })),
      h("fieldset", null, h("legend", null, t("zone.schedule")),
        h("label", null, h("input", { type: "checkbox", name: "scheduled" }), t("zone.schedule")),
        ...days.map((day) => h("label", null, h("input", { type: "checkbox", name: `day-${day}`, checked: true }), t(`day.${day}`))),
        labelled("zone.from", h("input", { type: "time", name: "from", value: "22:00" })),
        labelled("zone.to", h("input", { type: "time", name: "to", value: "06:00" }))),
      h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, t("zone.save")), h("button", { type: "reset", onclick: () => queueMicrotask(redraw) }, t("zone.clear"))));
  }
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
