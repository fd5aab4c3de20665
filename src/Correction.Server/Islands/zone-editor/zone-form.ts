// The fields of a zone. Everything can be done with them alone; the map only fills them in.
import type { LonLat, ZoneShape } from "../map/map-view";
import { h, setText } from "../shared/dom";
import { page, t, word } from "../shared/i18n";

/** `except` and `also`: local dates on which it does not hold, or holds besides: holidays. */
export interface Schedule { days: string[]; from: string; to: string; except?: string[] | null; also?: string[] | null }

/** A zone as the API writes it; `buffer` in metres, `dwell` in seconds. */
export interface Zone {
  zoneId: string;
  name: string;
  kind: "inclusion" | "exclusion";
  geometry: ZoneShape;
  schedule: Schedule | null;
  confirmations: number;
  buffer?: number | null;
  dwell?: number | null;
  /** Of a shared zone: whose subjects it concerns. */
  shared?: { jurisdiction: string } | null;
}

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

export const dayWord = (day: string): string => word("Day", day.charAt(0).toUpperCase() + day.slice(1));

/** Events of its element: `input` when a field changed, `submit`, and `cancel`. */
export class ZoneForm {
  readonly #cancel = h("button", { type: "button", onclick: () => this.element.dispatchEvent(new Event("cancel")) }, t("zone.clear"));
  readonly #title = h("h3", null);
  readonly #hours = this.#buildHours();
  readonly element: HTMLFormElement = this.#build();

  constructor() {
    this.clear();
    this.element.addEventListener("input", () => this.#arrange());
  }

  get shape(): "circle" | "polygon" { return this.#value("shape") === "polygon" ? "polygon" : "circle"; }

  get kind(): string { return this.#value("kind"); }

  get ring(): LonLat[] {
    return this.#value("points").split("\n").map((line) => line.split(/[,，]/).map(Number)).filter((p): p is LonLat => p.length === 2 && p.every(Number.isFinite));
  }

  set ring(points: readonly LonLat[]) { this.#set("points", points.map((p) => p.join(", ")).join("\n")); }

  get centre(): LonLat | null {
    const [lon, lat] = [this.#number("lon"), this.#number("lat")];
    return lon !== null && lat !== null ? [lon, lat] : null;
  }

  set centre(at: LonLat | null) {
    this.#set("lon", at ? String(at[0]) : "");
    this.#set("lat", at ? String(at[1]) : "");
  }

  set radius(metres: number) { this.#set("radius", String(metres)); }

  /** What the fields describe; null while they describe nothing. */
  get geometry(): ZoneShape | null {
    if (this.shape === "circle") {
      const [center, radius] = [this.centre, this.#number("radius")];
      return center && radius !== null && radius > 0 ? { center, radius } : null;
    }
    const ring = this.ring;
    return ring.length >= 3 ? { type: "Polygon", coordinates: [[...ring, ring[0]!]] } : null;
  }

  /** The body of `POST …/zones`; of a shared zone where it has a jurisdiction. */
  body(geometry: ZoneShape, now: Date, jurisdiction: string | null): { name: string } & Record<string, unknown> {
    const schedule = this.#field("scheduled").checked
      ? { days: days.filter((day) => this.#field(`day-${day}`).checked), from: this.#value("from"), to: this.#value("to"), except: this.#dates("except"), also: this.#dates("also") }
      : null;
    return {
      name: this.#value("name").trim(), kind: this.kind, geometry, schedule,
      confirmations: this.#number("confirmations"), buffer: this.#number("buffer"), dwell: this.#number("dwell"), effectiveFrom: now.toISOString(), ...(jurisdiction ? { jurisdiction } : {}),
    };
  }

  /** Shows a zone to be changed. */
  fill(zone: Zone): void {
    this.clear();
    this.#set("name", zone.name);
    this.#set("kind", zone.kind);
    this.#set("confirmations", String(zone.confirmations));
    this.#set("buffer", String(zone.buffer ?? ""));
    this.#set("dwell", String(zone.dwell ?? ""));
    if ("center" in zone.geometry) {
      [this.centre, this.radius] = [zone.geometry.center, zone.geometry.radius];
    } else {
      this.#set("shape", "polygon");
      this.ring = (zone.geometry.coordinates[0] ?? []).slice(0, -1);
    }
    if (zone.schedule) {
      this.#field("scheduled").checked = true;
      for (const day of days) this.#field(`day-${day}`).checked = zone.schedule.days.includes(day);
      this.#set("from", zone.schedule.from);
      this.#set("to", zone.schedule.to);
      for (const name of ["except", "also"] as const) this.#set(name, (zone.schedule[name] ?? []).join(", "));
    }
    setText(this.#title, t("zone.change", { name: zone.name }));
    setText(this.#cancel, t("queue.cancel"));
    this.#arrange();
    this.focus();
  }

  clear(): void {
    this.element.reset();
    this.forgive();
    setText(this.#title, t("zone.new"));
    setText(this.#cancel, t("zone.clear"));
    this.#arrange();
  }

  focus(): void { this.#field("name").focus(); }

  /** Takes back what `blame` said. */
  forgive(): void {
    this.element.querySelectorAll(".error").forEach((said) => said.remove());
    for (const field of this.element.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  }

  /** Says beside its control what is wrong with a field of the body; false when no control has that name. */
  blame(field: string, said: string): boolean {
    const last = field.split(".").at(-1)!;
    const name = field.startsWith("geometry") ? (this.shape === "polygon" ? "points" : last === "radius" ? "radius" : "lon") : last === "days" ? "day-monday" : last;
    const control = this.element.elements.namedItem(name);
    if (!(control instanceof HTMLElement)) return false;
    const id = `zone-${name}-error`;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", id);
    control.after(h("span", { class: "error", id }, said));
    return true;
  }

  #field(name: string): HTMLInputElement { return this.element.elements.namedItem(name) as HTMLInputElement; }

  #value(name: string): string { return this.#field(name).value; }

  #set(name: string, value: string): void { this.#field(name).value = value; }

  #dates(name: string): string[] { return this.#value(name).split(/[\s,，、]+/).filter((date) => date !== ""); }

  #number(name: string): number | null {
    const text = this.#value(name).trim();
    return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
  }

  /** Shows the fields that the choices call for. */
  #arrange(): void {
    for (const part of this.element.querySelectorAll<HTMLElement>("[data-shape]")) part.hidden = part.dataset["shape"] !== this.shape;
    this.#hours.hidden = !this.#field("scheduled").checked;
    setText(this.element.querySelector(".zone-hint")!, t(this.shape === "circle" ? "zone.drawCircle" : "zone.drawPolygon"));
  }

  #buildHours(): HTMLElement {
    return h("div", { class: "zone-hours" },
      ...days.map((day) => h("label", { class: "tick" }, h("input", { type: "checkbox", name: `day-${day}`, checked: true }), dayWord(day))),
      h("label", null, t("zone.from"), " ", h("input", { type: "time", name: "from", value: "22:00" })),
      h("label", null, t("zone.to"), " ", h("input", { type: "time", name: "to", value: "06:00" })),
      h("label", { class: "field" }, t("zone.except"), h("input", { name: "except", placeholder: "2026-10-01, 2026-10-02" })),
      h("label", { class: "field" }, t("zone.also"), h("input", { name: "also", placeholder: "2026-10-10" })));
  }

  #build(): HTMLFormElement {
    const labelled = (label: string, control: HTMLElement, shape?: string) => h("label", { class: "field", "data-shape": shape }, label, control);
    const number = (name: string, attributes: Record<string, string>) => h("input", { type: "number", name, ...attributes });
    const option = (value: string, text: string) => h("option", { value }, text);
    return h("form", { class: "zone-form" }, this.#title,
      h("p", { class: "zone-hint small muted" }),
      h("div", { class: "fields" },
        labelled(page("Zone.Name"), h("input", { name: "name", required: true, maxlength: 60, autocomplete: "off" })),
        labelled(page("Zone.Kind"), h("select", { name: "kind" }, ...["exclusion", "inclusion"].map((kind) => option(kind, word("ZoneKind", kind))))),
        labelled(page("Zone.Shape"), h("select", { name: "shape" }, option("circle", t("zone.circle")), option("polygon", t("zone.polygon")))),
        labelled(page("Zone.Longitude"), number("lon", { step: "any", min: "-180", max: "180" }), "circle"),
        labelled(page("Zone.Latitude"), number("lat", { step: "any", min: "-90", max: "90" }), "circle"),
        labelled(page("Zone.Radius"), number("radius", { min: "10", max: "200000", value: "200" }), "circle"),
        labelled(t("zone.points"), h("textarea", { name: "points", rows: 4 }), "polygon"),
        h("label", { class: "field" }, page("Zone.Confirmations"), number("confirmations", { min: "1", max: "20", value: "2" }), h("span", { class: "hint" }, page("Zone.ConfirmationsHint"))),
        h("label", { class: "field" }, t("zone.buffer"), number("buffer", { min: "0", max: "10000" }), h("span", { class: "hint" }, t("zone.bufferHint"))),
        h("label", { class: "field" }, t("zone.dwell"), number("dwell", { min: "0", max: "3600" }), h("span", { class: "hint" }, t("zone.dwellHint")))),
      h("label", { class: "tick" }, h("input", { type: "checkbox", name: "scheduled" }), t("zone.schedule")), this.#hours,
      h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, page("Zone.Submit")), this.#cancel));
  }
}
