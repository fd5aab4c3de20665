// <zone-editor subject-id="…" [centre="112.36,28.85"]>: the zones of one subject on a map, and a form that lays another.
// Everything can be done with the fields alone; the map fills them in. Events: `zones-changed`.
import type { MapLibre, LonLat, ZoneShape } from "../map/map-view";
import { ApiError, explain, get, post } from "../shared/api";
import { h, setText } from "../shared/dom";
import { t, type StringKey } from "../shared/i18n";

type MapModule = typeof import("../map/map-view");

interface Zone { zoneId: string; name: string; kind: "inclusion" | "exclusion"; geometry: ZoneShape; schedule: { days: string[]; from: string; to: string } | null; confirmations: number }

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

export class ZoneEditor extends HTMLElement {
  #map: MapLibre | null = null;
  #maps: MapModule | null = null;
  #zones: Zone[] = [];
  /** The centre stands, and the next click says how far the circle reaches. */
  #reaching = false;
  /** What was sent and not yet done: a second try is the same command, not another one. */
  #pending: { key: string; body: unknown } | null = null;
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
    this.#map?.doubleClickZoom.disable();
    this.#map?.on("click", (event) => this.#place([round(event.lngLat.lng), round(event.lngLat.lat)]));
    this.#map?.on("mousemove", (event) => { if (this.#reaching) this.#reach([event.lngLat.lng, event.lngLat.lat]); });
    this.#map?.on("dblclick", () => this.#finish());
    this.#host.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#cancel();
      else if (event.key === "Enter") this.#finish();
    });
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

  get #points(): HTMLTextAreaElement { return this.#form.elements.namedItem("points") as HTMLTextAreaElement; }

  /** A click on the map: the centre and then the edge of a circle, or the next point of a border. */
  #place(at: LonLat): void {
    this.#pending = null;
    if (this.#shape === "polygon") {
      const ring = this.#readRing();
      const last = ring.at(-1);
      // The second click of a double click is no second point.
      if (last?.[0] !== at[0] || last[1] !== at[1]) this.#points.value = [...ring, at].map((p) => p.join(", ")).join("\n");
    } else if (this.#reaching) {
      this.#reach(at);
      this.#reaching = false;
    } else {
      [this.#field("lon").value, this.#field("lat").value] = [String(at[0]), String(at[1])];
      this.#reaching = true;
    }
    this.#redraw();
  }

  #reach(to: LonLat): void {
    const centre: LonLat = [Number(this.#field("lon").value), Number(this.#field("lat").value)];
    this.#field("radius").value = String(Math.max(10, Math.round(this.#maps?.metres(centre, to) ?? 10)));
    this.#redraw();
  }

  /** The drawing is done: on to its name. */
  #finish(): void {
    this.#reaching = false;
    if (this.#geometry()) this.#field("name").focus();
  }

  #cancel(): void {
    this.#reaching = false;
    for (const name of ["lon", "lat"]) this.#field(name).value = "";
    this.#points.value = "";
    this.#redraw();
  }

  #readRing(): LonLat[] {
    return this.#points.value.split("\n").map((line) => line.split(/[,，]/).map(Number)).filter((p): p is LonLat => p.length === 2 && p.every(Number.isFinite));
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
    for (const part of this.#form.querySelectorAll<HTMLElement>("[data-shape]")) part.hidden = part.dataset["shape"] !== this.#shape;
    setText(this.#form.querySelector(".zone-hint")!, t(this.#shape === "circle" ? "zone.drawCircle" : "zone.drawPolygon"));
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
    const command = (this.#pending ??= { key: crypto.randomUUID(), body });
    if (await this.#send(() => post(`/api/v1/subjects/${this.#subject}/zones`, command.body, command.key), t("zone.saved", { name }))) {
      this.#pending = null;
      this.#reaching = false;
      this.#form.reset();
      this.#redraw();
    }
  }

  async #send(command: () => Promise<unknown>, done: string): Promise<boolean> {
    this.#form.querySelectorAll(".field-error").forEach((said) => said.remove());
    this.#form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    try {
      await command();
      await this.#load();
      this.#say(done, false);
      this.dispatchEvent(new Event("zones-changed", { bubbles: true }));
      return true;
    } catch (error) {
      const elsewhere = error instanceof ApiError ? Object.entries(error.problem.errors ?? {}).filter(([field, said]) => !this.#blame(field, said)) : [];
      this.#say([error instanceof ApiError ? explain(error) : String(error), ...elsewhere.flatMap(([, said]) => said)].join(" "), true);
      this.#form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
      return false;
    }
  }

  /** Puts what the server said of a field beside its control; false when no control has that name. */
  #blame(field: string, said: readonly string[]): boolean {
    const last = field.split(".").at(-1)!;
    const name = field.startsWith("geometry") ? (this.#shape === "polygon" ? "points" : last === "radius" ? "radius" : "lon") : last === "days" ? "day-monday" : last;
    const control = this.#form.elements.namedItem(name);
    if (!(control instanceof HTMLElement)) return false;
    control.setAttribute("aria-invalid", "true");
    control.after(h("span", { class: "field-error failure" }, said.join(" ")));
    return true;
  }

  #say(text: string, failed: boolean): void {
    this.#message.className = `zone-message ${failed ? "failure" : "success"}`;
    setText(this.#message, text);
  }

  #buildForm(): HTMLFormElement {
    const labelled = (key: StringKey, control: HTMLElement, shape?: string) => h("label", { class: "field", "data-shape": shape }, t(key), control);
    const number = (name: string, attributes: Record<string, string>) => h("input", { type: "number", name, ...attributes });
    const redraw = () => {
      this.#pending = null;
      this.#redraw();
    };
    return h("form", { class: "zone-form fields", oninput: redraw, onsubmit: (event: Event) => void this.#save(event) },
      labelled("zone.name", h("input", { name: "name", required: true, maxlength: 60 })),
      labelled("zone.kind", h("select", { name: "kind" }, h("option", { value: "exclusion" }, t("zone.exclusion")), h("option", { value: "inclusion" }, t("zone.inclusion")))),
      labelled("zone.shape", h("select", { name: "shape" }, h("option", { value: "circle" }, t("zone.circle")), h("option", { value: "polygon" }, t("zone.polygon")))),
      h("p", { class: "zone-hint small muted" }),
      labelled("zone.lon", number("lon", { step: "any", min: "-180", max: "180" }), "circle"),
      labelled("zone.lat", number("lat", { step: "any", min: "-90", max: "90" }), "circle"),
      labelled("zone.radius", number("radius", { min: "10", max: "200000", value: "200" }), "circle"),
      labelled("zone.points", h("textarea", { name: "points", rows: 3 }), "polygon"),
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
