import type { Feature, Position } from "geojson";
import { describe, expect, it } from "vitest";
import { borders } from "./borders";

const area = (...ring: Position[]): Feature => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } });

/** Two squares side by side; the second one is walked the other way round. */
const west = area([0, 0], [1, 0], [1, 1], [0, 1], [0, 0]);
const east = area([1, 1], [2, 1], [2, 0], [1, 0], [1, 1]);

const length = (lines: Position[][]): number => lines.reduce((sum, line) => sum + line.length - 1, 0);

describe("borders", () => {
  it("says what two areas share once", () => {
    const lines = borders([west, east], 1).geometry.coordinates;
    expect(length(lines)).toBe(7);
  });

  it("leaves out what borders on no other area", () => {
    expect(borders([west, east], 2).geometry.coordinates).toEqual([[[1, 0], [1, 1]]]);
  });

  it("keeps stretches apart that do not follow each other", () => {
    const south = area([0, 0], [0, -1], [2, -1], [2, 0], [1, 0], [0, 0]);
    expect(borders([west, east, south], 2).geometry.coordinates).toEqual([[[0, 0], [1, 0], [1, 1]], [[2, 0], [1, 0]]]);
  });
});
