// <track-map subject-id="…" date="2026-03-01">: the track of one local day, gaps drawn as gaps.
// <evidence-map><script type="application/json">{"geometry":…,"kind":"exclusion","fixes":[{"lon","lat","accuracy","at"}]}</script></evidence-map>
import type { FeatureCollection, LineString, Point, Feature } from "geojson";
import type { MapLibre, LonLat, ZoneShape } from "../map/map-view";
import { get } from "../shared/api";
import { h, initialJson, setText } from "../shared/dom";
import { t } from "../shared/i18n";
import { dayBounds, localDate } from "../shared/time";

interface Properties { times: string[]; accuracies: (number | null)[]; sources: string[] }
interface Track extends FeatureCollection<LineString | Point, Properties> { unusable: { at: string; position: LonLat; reason: string }[] }

const line = (coordinates: LonLat[], properties: Record<string, unknown>): Feature => ({ type: "Feature", properties, geometry: { type: "LineString", coordinates } });
const point = (coordinates: LonLat, properties: Record<string, unknown>): Feature => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
const pointsOf = (feature: Feature<LineString | Point>): LonLat[] =>
  (feature.geometry.type === "Point" ? [feature.geometry.coordinates] : feature.geometry.coordinates) as LonLat[];

abstract class MapElement extends HTMLElement {
  protected map: MapLibre | null = null;
  protected readonly host = h("div", { class: "track-host" });
  protected readonly note = h("p", { class: "small muted", role: "status" });

  connectedCallback(): void {
    const initial = initialJson<unknown>(this);
    this.replaceChildren(this.host, this.note);
    void this.#open(initial);
  }

  disconnectedCallback(): void {
    this.map?.remove();
    this.map = null;
  }

  async #open(initial: unknown): Promise<void> {
    try {
      const maps = await import("../map/map-view");
      this.map = await maps.openMap(this.host, this.getAttribute("tiles"));
      await this.show(maps, initial);
    } catch (error) {
      console.warn(error);
      setText(this.note, t("track.failed"));
    }
  }

  protected abstract show(maps: typeof import("../map/map-view"), initial: unknown): Promise<void>;
}

export class TrackMap extends MapElement {
  protected override async show(maps: typeof import("../map/map-view")): Promise<void> {
    setText(this.note, t("track.loading"));
    const { from, to } = dayBounds(this.getAttribute("date") ?? localDate(new Date()));
    const track = await get<Track>(`/api/v1/subjects/${this.getAttribute("subject-id")}/track?from=${from.toISOString()}&to=${to.toISOString()}`);
    const segments = track.features.map(pointsOf);
    const fixes = segments.reduce((sum, segment) => sum + segment.length, 0);
    setText(this.note, fixes === 0 ? t("track.empty") : [
      t("track.fixes", { n: fixes }), t("track.gaps", { n: Math.max(0, segments.length - 1) }), t("track.unusable", { n: track.unusable.length }),
    ].join(" · "));
    this.dataset["fixes"] = String(fixes);
    if (!this.map || fixes === 0) return;
    const gaps = segments.slice(1).map((segment, i) => line([segments[i]!.at(-1)!, segment[0]!], { gap: true, colour: "#8a6d3b" }));
    const circles = track.features.flatMap((feature) => pointsOf(feature).map((at, i) => ({ at, radius: feature.properties.accuracies[i] ?? 0 })))
      .filter(({ radius }) => radius > 30).map(({ at, radius }) => maps.circle(at, radius));
    maps.draw(this.map, "track", maps.collection([
      ...circles, ...gaps,
      ...segments.map((segment) => (segment.length > 1 ? line(segment, {}) : point(segment[0]!, {}))),
      ...track.unusable.map(({ position }) => point(position, { colour: "#9aa0a6" })),
      point(segments.at(-1)!.at(-1)!, { colour: "#b3261e" }),
    ]));
    maps.fit(this.map, segments.flat());
  }
}

interface Evidence { geometry: ZoneShape | null; kind: string | null; fixes: { lon: number; lat: number; accuracy: number | null; at: string }[] }

export class EvidenceMap extends MapElement {
  protected override show(maps: typeof import("../map/map-view"), initial: unknown): Promise<void> {
    const evidence = initial as Evidence | null;
    if (!this.map || !evidence) return Promise.resolve();
    const fixes = evidence.fixes.map((fix): LonLat => [fix.lon, fix.lat]);
    maps.draw(this.map, "evidence", maps.collection([
      ...(evidence.geometry ? [maps.zoneFeature(evidence.geometry, evidence.kind ?? "exclusion")] : []),
      ...evidence.fixes.map((fix) => maps.circle([fix.lon, fix.lat], fix.accuracy ?? 10, { colour: "#b3261e" })),
      ...fixes.map((at) => point(at, { colour: "#b3261e" })),
    ]));
    const zone = evidence.geometry ? maps.zoneFeature(evidence.geometry, evidence.kind ?? "exclusion").geometry : null;
    const border = zone?.type === "Polygon" ? (zone.coordinates[0] ?? []) as LonLat[] : [];
    maps.fit(this.map, [...fixes, ...border]);
    setText(this.note, t("track.legendDeciding"));
    return Promise.resolve();
  }
}
