// <track-map subject-id="…" date="2026-03-01">: the track of one local day, gaps drawn as gaps.
// <period-map><script type="application/json">[[[112.36,28.85],…],…]</script></period-map>: the lines of many days.
// <evidence-map><script type="application/json">{"geometry":…,"kind":"exclusion","fixes":[{"lon","lat","accuracy","at"}]}</script></evidence-map>
import type { FeatureCollection, LineString, Point, Feature } from "geojson";
import type { MapLibre, LonLat, ZoneShape } from "../map/map-view";
import { get } from "../shared/api";
import { h, initialJson, setAttribute, setText } from "../shared/dom";
import { t } from "../shared/i18n";
import { dayBounds, localDate } from "../shared/time";

interface Properties { times: string[]; accuracies: (number | null)[]; sources: string[] }
interface Track extends FeatureCollection<LineString | Point, Properties> { unusable: { at: string; position: LonLat; reason: string }[] }

const line = (coordinates: LonLat[], properties: Record<string, unknown>): Feature => ({ type: "Feature", properties, geometry: { type: "LineString", coordinates } });
const point = (coordinates: LonLat, properties: Record<string, unknown>): Feature => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
/** Fixes in a row without a gap. */
const run = (places: LonLat[]): Feature => (places.length > 1 ? line(places, {}) : point(places[0]!, {}));
const pointsOf = (feature: Feature<LineString | Point>): LonLat[] =>
  (feature.geometry.type === "Point" ? [feature.geometry.coordinates] : feature.geometry.coordinates) as LonLat[];

/** What a map shows, and the points that must be seen of it. */
interface Shown { id: string; features: Feature[]; points: LonLat[] }

type MapModule = typeof import("../map/map-view");

/**
 * An element that is a map of something: what it says in words does not wait for the map. Attribute `data-drawn` is there
 * once all of it stands on the map.
 */
abstract class MapElement<T> extends HTMLElement {
  #map: MapLibre | null = null;
  #maps: MapModule | null = null;
  readonly #host = h("div", { class: "track-host" });
  /** What the map shows, for those who hear the page. */
  protected abstract readonly label: string;
  protected readonly note = h("p", { class: "small muted", role: "status" });

  connectedCallback(): void {
    const initial = initialJson<T>(this);
    this.replaceChildren(this.#host, this.note);
    void this.#open(initial);
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  async #open(initial: T | null): Promise<void> {
    try {
      const [content, maps] = await Promise.all([this.read(initial), import("../map/map-view")]);
      const shown = content && this.show(maps, content);
      const map = this.#map = await maps.openMap(this.#host, this.getAttribute("tiles"), this.label, shown?.points);
      this.#maps = maps;
      if (map && shown) this.#draw(maps, map, shown);
    } catch (error) {
      console.warn(error);
      setText(this.note, t("track.failed"));
    }
  }

  /** Shows something else on the map that is open already; false where none is. */
  protected redraw(content: T): boolean {
    if (!this.#map || !this.#maps) return false;
    const shown = this.show(this.#maps, content);
    this.#draw(this.#maps, this.#map, shown);
    this.#maps.fit(this.#map, shown.points);
    return true;
  }

  #draw(maps: MapModule, map: MapLibre, shown: Shown): void {
    void map.once("idle", () => setAttribute(this, "data-drawn", "true"));
    maps.draw(map, shown.id, maps.collection(shown.features));
  }

  /** What to show, once it is said in words; null: nothing. */
  protected abstract read(initial: T | null): Promise<T | null>;

  protected abstract show(maps: MapModule, content: T): Shown;
}

export class TrackMap extends MapElement<Track> {
  protected override readonly label = t("map.track");

  protected override async read(): Promise<Track | null> {
    setText(this.note, t("track.loading"));
    const { from, to } = dayBounds(this.getAttribute("date") ?? localDate(new Date()));
    const track = await get<Track>(`/api/v1/subjects/${this.getAttribute("subject-id")}/track?from=${from.toISOString()}&to=${to.toISOString()}`);
    const fixes = track.features.reduce((sum, segment) => sum + pointsOf(segment).length, 0);
    setText(this.note, fixes === 0 ? t("track.empty") : [
      t("track.fixes", { n: fixes }), t("track.gaps", { n: Math.max(0, track.features.length - 1) }), t("track.unusable", { n: track.unusable.length }),
    ].join(" · "));
    this.dataset["fixes"] = String(fixes);
    return fixes === 0 ? null : track;
  }

  protected override show(maps: MapModule, track: Track): Shown {
    const segments = track.features.map(pointsOf);
    const gaps = segments.slice(1).map((segment, i) => line([segments[i]!.at(-1)!, segment[0]!], { gap: true, colour: "#8a6d3b" }));
    const circles = track.features.flatMap((feature) => pointsOf(feature).map((at, i) => ({ at, radius: feature.properties.accuracies[i] ?? 0 })))
      .filter(({ radius }) => radius > 30).map(({ at, radius }) => maps.circle(at, radius));
    const features = [
      ...circles, ...gaps, ...segments.map(run),
      ...track.unusable.map(({ position }) => point(position, { colour: "#9aa0a6" })),
      point(segments.at(-1)!.at(-1)!, { colour: "#b3261e" }),
    ];
    return { id: "track", features, points: segments.flat() };
  }
}

export class PeriodMap extends MapElement<LonLat[][]> {
  protected override readonly label = t("map.track");

  protected override read(initial: LonLat[][] | null): Promise<LonLat[][] | null> {
    return Promise.resolve(initial?.length ? initial : null);
  }

  /** The lines that another page wrote into its element, on this map; false where they must be shown by that page. */
  take(other: Element): boolean {
    const lines = initialJson<LonLat[][]>(other);
    return lines !== null && lines.length > 0 && this.redraw(lines);
  }

  protected override show(_: MapModule, lines: LonLat[][]): Shown {
    return { id: "track", features: lines.map(run), points: lines.flat() };
  }
}

interface Evidence { geometry: ZoneShape | null; kind: string | null; fixes: { lon: number; lat: number; accuracy: number | null; at: string }[] }

export class EvidenceMap extends MapElement<Evidence> {
  protected override readonly label = t("map.evidence");

  protected override read(initial: Evidence | null): Promise<Evidence | null> {
    setText(this.note, t("track.legendDeciding"));
    return Promise.resolve(initial);
  }

  protected override show(maps: MapModule, evidence: Evidence): Shown {
    const fixes = evidence.fixes.map((fix): LonLat => [fix.lon, fix.lat]);
    const zone = evidence.geometry && maps.zoneFeature(evidence.geometry, evidence.kind ?? "exclusion");
    const border = zone?.geometry.type === "Polygon" ? (zone.geometry.coordinates[0] ?? []) as LonLat[] : [];
    const features = [
      ...(zone ? [zone] : []),
      ...evidence.fixes.map((fix) => maps.circle([fix.lon, fix.lat], fix.accuracy ?? 10, { colour: "#b3261e" })),
      ...fixes.map((at) => point(at, { colour: "#b3261e" })),
    ];
    return { id: "evidence", features, points: [...fixes, ...border] };
  }
}
