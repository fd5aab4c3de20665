import { describe, expect, it } from "vitest";
import { fixAt, gaps, neighbour, segments, stateAt, type Day } from "./day";

const minute = 60_000;

function day(fixes: [at: number, use?: string, delay?: number, device?: string][]): Day {
  return {
    date: "2026-03-01", from: "2026-02-28T16:00:00Z", longestGap: 10 * minute,
    fixes: {
      at: fixes.map(([at]) => at * minute), delay: fixes.map(([, , delay]) => (delay ?? 0) * minute), lon: fixes.map(([at]) => 112 + at / 1000), lat: fixes.map(() => 28.85),
      accuracy: fixes.map(() => 8), use: fixes.map(([, use]) => use ?? "usable"), device: fixes.map(([, , , device]) => device ?? "a"),
    },
    stops: [], alerts: [], asItWas: [], asKnownThen: [],
  };
}

describe("a day", () => {
  it("has no position before the first fix, and then the last one before", () => {
    const d = day([[5], [6], [8]]);
    expect([4, 5, 7, 8, 600].map((t) => fixAt(d, t * minute, false))).toEqual([null, 0, 1, 2, 2]);
  });

  it("passes over fixes that decide nothing", () => expect(fixAt(day([[5], [6, "jump"]]), 7 * minute, false)).toBe(0));

  it("known then does not show what had not arrived", () => {
    const d = day([[5], [6, "usable", 30], [7, "usable", 30]]);
    expect([fixAt(d, 10 * minute, false), fixAt(d, 10 * minute, true), fixAt(d, 36 * minute, true)]).toEqual([2, 0, 1]);
  });

  it("is cut where it was silent, by device", () => {
    const d = day([[0], [1, "usable", 0, "b"], [5], [30], [31], [31, "inaccurate"]]);
    expect(segments(d)).toEqual([[0, 2], [1], [3, 4]]);
    expect(gaps(d, segments(d)).map((gap) => [gap.from / minute, gap.to / minute])).toEqual([[5, 30]]);
  });

  it("is walked fix by fix", () => {
    const d = day([[5], [6, "jump"], [8]]);
    expect([neighbour(d, 5 * minute, 1), neighbour(d, 8 * minute, -1), neighbour(d, 8 * minute, 1), neighbour(d, 0, -1)]).toEqual([2, 0, null, null]);
  });

  it("has the state that held then", () => {
    const states = [0, 10, 20].map((from) => ({ from: from * minute, zones: [], orders: [] }));
    expect([0, 9, 10, 25].map((t) => stateAt(states, t * minute)?.from)).toEqual([0, 0, 10 * minute, 20 * minute]);
  });
});
