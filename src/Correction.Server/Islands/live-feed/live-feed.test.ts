import { afterEach, describe, expect, it, vi } from "vitest";
import { backoff, longestPause } from "./backoff";
import { LiveFeed, type FeedConnection, type FeedStatus } from "./live-feed";

/** A connection whose server side the test plays. */
class Line implements FeedConnection {
  readonly handlers = new Map<string, (...args: never[]) => void>();
  readonly watched: (number | null)[] = [];
  closed: ((error?: Error) => void) | undefined;
  constructor(readonly fails: Error | null = null) {}
  on(name: string, handler: (...args: never[]) => void): void { this.handlers.set(name, handler); }
  onclose(handler: (error?: Error) => void): void { this.closed = handler; }
  start(): Promise<void> { return this.fails ? Promise.reject(this.fails) : Promise.resolve(); }
  stop(): Promise<void> { this.closed?.(); return Promise.resolve(); }
  invoke<T>(_: string, ...args: unknown[]): Promise<T> { this.watched.push(args[1] as number | null); return Promise.resolve(undefined as T); }
  say(name: string, ...args: unknown[]): void { this.handlers.get(name)?.(...(args as never[])); }
}

function play(...lines: Line[]): { feed: LiveFeed; statuses: FeedStatus["kind"][]; pauses: number[] } {
  const statuses: FeedStatus["kind"][] = [], pauses: number[] = [];
  let next = 0;
  const feed: LiveFeed = new LiveFeed("430981001", undefined, {
    connect: () => lines[next++] ?? new Line(new Error("no more lines")),
    wait: (ms) => { pauses.push(ms); if (next >= lines.length) feed.stop(); return Promise.resolve(); },
    random: () => 0,
  });
  feed.addEventListener("status", () => statuses.push(feed.status.kind));
  return { feed, statuses, pauses };
}

const settled = (line: Line) => vi.waitFor(() => expect(line.watched.length).toBeGreaterThan(0));

describe("the live feed", () => {
  afterEach(() => vi.restoreAllMocks());

  it("watches from nothing at first and from its sequence after a break", async () => {
    const first = new Line(), second = new Line();
    const { feed, statuses } = play(first, second);
    const running = feed.run();
    await settled(first);
    first.say("snapshot", "430981001", 41, { subjects: [] });
    first.closed?.(new Error("gone"));
    await settled(second);
    feed.stop();
    await running;
    expect([first.watched, second.watched, statuses]).toEqual([[null], [41], ["live", "reconnecting", "live"]]);
  });

  it("asks once, not at every delta, while an answer is under way", async () => {
    const line = new Line();
    const { feed } = play(line);
    const running = feed.run();
    await settled(line);
    line.say("snapshot", "430981001", 5, {});
    for (const from of [7, 8, 9]) line.say("delta", "430981001", from, from + 1, {});
    feed.stop();
    await running;
    expect(line.watched).toEqual([null, 5]);
  });

  it("goes on trying for ever, ever more patiently", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { feed, pauses } = play(...Array.from({ length: 12 }, () => new Line(new Error("ECONNREFUSED"))));
    await feed.run();
    expect(pauses.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(pauses.at(-1)).toBe(longestPause / 2);
  });

  it("does not insist when it was refused", async () => {
    const { feed, pauses } = play(new Line(Object.assign(new Error("Unauthorized"), { statusCode: 401 })));
    await feed.run();
    expect([feed.status, pauses]).toEqual([{ kind: "refused", reason: "signedOut" }, []]);
  });
});

describe("the pause between tries", () => {
  it("is never longer than its limit, and partly chance", () => {
    for (let attempt = 0; attempt < 100; attempt++) expect(backoff(attempt, 1)).toBeLessThanOrEqual(longestPause);
    expect(backoff(3, 0)).toBeLessThan(backoff(3, 1));
  });
});
