import type { Feature, MultiLineString, Polygon, MultiPolygon, Position } from "geojson";

/**
 * The borders between areas, each once, as lines: the areas themselves say most of them twice, and a map that draws them
 * cuts, simplifies and draws both.
 *
 * @param neighbours How many areas share a stretch at least: 2 leaves out what borders on none of them.
 */
export function borders(areas: readonly Feature[], neighbours: 1 | 2): Feature<MultiLineString> {
  const rings = areas.flatMap(ringsOf);
  const shared = new Map<string, number>();
  for (const edge of rings.flatMap(edgesOf)) shared.set(edge, (shared.get(edge) ?? 0) + 1);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: rings.flatMap((ring) => take(ring, shared, neighbours)) } };
}

/** The stretches of a ring that enough areas share; taken, they are nobody's. */
function take(ring: readonly Position[], shared: Map<string, number>, neighbours: number): Position[][] {
  const lines: Position[][] = [];
  let line: Position[] = [];
  edgesOf(ring).forEach((edge, i) => {
    if ((shared.get(edge) ?? 0) < neighbours) {
      line = [];
      return;
    }
    shared.delete(edge);
    if (line.length === 0) lines.push(line = [ring[i]!]);
    line.push(ring[i + 1]!);
  });
  return lines;
}

/** Each edge by its two ends, whichever way it is walked. */
const edgesOf = (ring: readonly Position[]): string[] => ring.slice(1).map((end, i) => [ring[i]!.join(), end.join()].sort().join(" "));

function ringsOf({ geometry }: Feature): Position[][] {
  const { type, coordinates } = geometry as Polygon | MultiPolygon;
  return type === "Polygon" ? coordinates : type === "MultiPolygon" ? coordinates.flat() : [];
}
