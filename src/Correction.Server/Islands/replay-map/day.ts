// One local day to be played again. Pure: no DOM, no clock. Times are milliseconds of the day.
import type { LonLat } from "../map/map-view";
import type { Zone } from "../zone-editor/zone-form";

export interface Order { ground: string; from: string; to: string }

/** Zones and orders as they stood from a moment on. */
export interface State { from: number; zones: (Zone & { breached: boolean })[]; orders: Order[] }

/** As ReplayDay.Write of the pages: fixes by columns, in order of device time. */
export interface Day {
  date: string;
  from: string;
  longestGap: number;
  fixes: { at: number[]; delay: number[]; lon: number[]; lat: number[]; accuracy: (number | null)[]; use: string[]; device: string[] };
  stops: { from: number; to: number; lon: number; lat: number }[];
  alerts: { id: string; kind: string; at: number }[];
  asItWas: State[];
  asKnownThen: State[];
}

export const dayLength = 86_400_000;

export const usable = (day: Day, i: number): boolean => day.fixes.use[i] === "usable";

export const place = (day: Day, i: number): LonLat => [day.fixes.lon[i]!, day.fixes.lat[i]!];

/** How many of the ascending times are not after `t`. */
export function countUntil(times: readonly number[], t: number): number {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The usable fix that says where the subject was at `t`; null before the first. Known then: only what had arrived by `t`. */
export function fixAt(day: Day, t: number, knownThen: boolean): number | null {
  for (let i = countUntil(day.fixes.at, t) - 1; i >= 0; i--) {
    if (usable(day, i) && (!knownThen || day.fixes.at[i]! + day.fixes.delay[i]! <= t)) return i;
  }
  return null;
}

/** The next usable fix after `t`, or the one before it, by its index; null where there is none. */
export function neighbour(day: Day, t: number, step: 1 | -1): number | null {
  for (let i = step > 0 ? countUntil(day.fixes.at, t) : countUntil(day.fixes.at, t - 1) - 1; i >= 0 && i < day.fixes.at.length; i += step) {
    if (usable(day, i)) return i;
  }
  return null;
}

/** Runs of usable fixes of one device without a gap, each as the indices of its fixes. */
export function segments(day: Day): number[][] {
  const runs: number[][] = [];
  const open = new Map<string, number[]>();
  day.fixes.at.forEach((at, i) => {
    if (!usable(day, i)) return;
    const device = day.fixes.device[i]!;
    const run = open.get(device);
    if (run && at - day.fixes.at[run.at(-1)!]! <= day.longestGap) {
      run.push(i);
      return;
    }
    const begun = [i];
    open.set(device, begun);
    runs.push(begun);
  });
  return runs;
}

/** Times of the day that no segment covers, between the first fix and the last. */
export function gaps(day: Day, runs: readonly number[][]): { from: number; to: number; before: number; after: number }[] {
  const found: { from: number; to: number; before: number; after: number }[] = [];
  let last: number | null = null;
  for (const run of runs) {
    const [first, end] = [run[0]!, run.at(-1)!];
    if (last !== null && day.fixes.at[first]! > day.fixes.at[last]!) found.push({ from: day.fixes.at[last]!, to: day.fixes.at[first]!, before: last, after: first });
    if (last === null || day.fixes.at[end]! > day.fixes.at[last]!) last = end;
  }
  return found;
}

export const stateAt = (states: readonly State[], t: number): State | null => states.findLast((state) => state.from <= t) ?? null;
