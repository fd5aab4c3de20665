// The one map: MapLibre over the base map that ships with the program, or over a configured tile source. Loaded only
// when a page has a map; without WebGL it says so, and everything beside it goes on.
import "maplibre-gl/dist/maplibre-gl.css";
import { LngLatBounds, Map as MapLibre, Marker, NavigationControl, ScaleControl, setWorkerUrl, type FilterSpecification, type StyleSpecification, type SymbolLayerSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { FeatureCollection, Feature, Polygon } from "geojson";
import { h } from "../shared/dom";
import { language, t } from "../shared/i18n";

// MapLibre looks for its worker beside itself, where a bundle has none; without it nothing is drawn, not even "load" comes.
setWorkerUrl(workerUrl);

export type LonLat = [number, number];

/** Where a board begins before it knows its subjects: Yuanjiang. */
const start: LonLat = [112.36, 28.85];

/** Its features say what they are, so that one source holds all. No tiles beyond zoom 8: the map is no finer than theirs. */
const base = { type: "geojson" as const, data: "/islands/basemap.json", maxzoom: 8 };

type Kind = "land" | "lake" | "river" | "prefectureBorder" | "provinceBorder" | "province" | "prefecture" | "place";
const of = (kind: Kind) => ({ source: "base", filter: ["==", ["get", "kind"], kind] as FilterSpecification });

/** Names in fonts of the reader's machine: without `glyphs` nothing is fetched. */
const label = (kind: Kind, minzoom: number, maxzoom: number): SymbolLayerSpecification => ({
  id: `labels-${kind}`, type: "symbol", minzoom, maxzoom, ...of(kind),
  layout: {
    "text-field": language() === "en" ? ["coalesce", ["get", "en"], ["get", "name"]] : ["get", "name"],
    "text-size": 12, "text-font": ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"],
  },
  paint: { "text-color": "#6f6a60", "text-halo-color": "#ffffff", "text-halo-width": 1.2 },
});

function style(tiles: string | null): StyleSpecification {
  if (tiles) {
    return {
      version: 8,
      sources: { tiles: { type: "raster", tiles: [tiles], tileSize: 256 } },
      layers: [{ id: "tiles", type: "raster", source: "tiles" }],
    };
  }
  return {
    version: 8,
    sources: { base },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#cfe0ea" } },
      { id: "land", type: "fill", ...of("land"), paint: { "fill-color": "#f3f1ea" } },
      { id: "lakes", type: "fill", ...of("lake"), paint: { "fill-color": "#cfe0ea" } },
      { id: "rivers", type: "line", ...of("river"), paint: { "line-color": "#b3cfde", "line-width": 1.5 } },
      { id: "prefectures", type: "line", ...of("prefectureBorder"), paint: { "line-color": "#c9c2b2", "line-dasharray": [3, 2] } },
      { id: "provinces", type: "line", ...of("provinceBorder"), paint: { "line-color": "#a89f8c", "line-width": 1.4 } },
      label("province", 0, 6), label("prefecture", 6, 8.5), label("place", 8.5, 24),
    ],
  };
}

/**
 * The map inside an element; null where the browser cannot draw one, and then the element says so. It is there as soon as
 * something can be drawn on it, with the base map still on its way. Where what it will show is known, it opens there: a map
 * that moves has laid out and drawn two.
 */
export function openMap(host: HTMLElement, tiles: string | null, label: string, points: readonly LonLat[] = []): Promise<MapLibre | null> {
  const view = points.length > 0 ? { bounds: boundsOf(points), fitBoundsOptions: framing } : { center: start, zoom: 10 };
  try {
    const map = new MapLibre({ container: host, style: style(tiles), ...view, fadeDuration: 0, attributionControl: false, locale: { "NavigationControl.ZoomIn": t("map.zoomIn"), "NavigationControl.ZoomOut": t("map.zoomOut") }, dragRotate: false, pitchWithRotate: false });
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ unit: "metric" }));
    map.getCanvas().setAttribute("aria-label", label);
    const loading = h("p", { class: "map-loading", role: "status" }, t("map.loading"));
    host.append(loading, h("small", { class: "map-note" }, tiles ? null : t("map.base")));
    return new Promise((resolve) => map.once("style.load", () => {
      loading.remove();
      resolve(map);
    }));
  } catch (error) {
    console.warn("No map.", error);
    host.replaceChildren(h("p", { class: "map-absent", role: "note" }, t("map.noWebGl")));
    return Promise.resolve(null);
  }
}

/** Draws a collection under an id, or replaces what was drawn. */
export function draw(map: MapLibre, id: string, data: FeatureCollection): void {
  const held = map.getSource(id);
  if (held && "setData" in held) {
    (held as { setData(data: FeatureCollection): void }).setData(data);
    return;
  }
  map.addSource(id, { type: "geojson", data });
  const colour: ["coalesce", ...unknown[]] = ["coalesce", ["get", "colour"], "#1f5fa8"];
  map.addLayer({ id: `${id}-fill`, type: "fill", source: id, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour as never, "fill-opacity": 0.14 } });
  map.addLayer({ id: `${id}-line`, type: "line", source: id, filter: ["!=", ["get", "gap"], true], paint: { "line-color": colour as never, "line-width": 2 } });
  map.addLayer({ id: `${id}-gap`, type: "line", source: id, filter: ["==", ["get", "gap"], true], paint: { "line-color": colour as never, "line-width": 1.5, "line-dasharray": [1, 3] } });
  map.addLayer({ id: `${id}-point`, type: "circle", source: id, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colour as never, "circle-radius": 5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
}

export const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });

/** A circle of so many metres as a polygon. */
export function circle(centre: LonLat, radius: number, properties: Record<string, unknown> = {}): Feature<Polygon> {
  const [lon, lat] = centre;
  const north = radius / 111_195;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: 65 }, (_, i) => {
    const angle = (i / 64) * 2 * Math.PI;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)];
  });
  return { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } };
}

/** Metres between two points, on a sphere: for drawing; the server judges. */
export function metres([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const s = Math.sin(rad(lat2 - lat1) / 2) ** 2 + Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(s));
}

export type ZoneShape = { type: "Polygon"; coordinates: LonLat[][] } | { center: LonLat; radius: number };

export const zoneFeature = (shape: ZoneShape, kind: string): Feature => {
  const properties = { colour: kind === "exclusion" ? "#b3261e" : "#1a7f4b" };
  return "center" in shape ? circle(shape.center, shape.radius, properties) : { type: "Feature", properties, geometry: shape };
};

/** Not closer than a street. */
const framing = { padding: 48, maxZoom: 15 };

const boundsOf = (points: readonly LonLat[]): LngLatBounds => points.reduce((all, at) => all.extend(at), new LngLatBounds(points[0], points[0]));

/** Shows all of these points. */
export function fit(map: MapLibre, points: LonLat[]): void {
  if (points.length > 0) map.fitBounds(boundsOf(points), { ...framing, animate: false });
}

export { Marker, type MapLibre };
