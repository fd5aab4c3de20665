import { describe, expect, it } from "vitest";
import { boardFrom, emptyBoard, reconnected, reduce, waitingLimit, type Alert, type BoardDelta, type BoardState, type FeedMessage, type Subject } from "./board";

const subject = (id: string, more: Partial<Subject> = {}): Subject =>
  ({ id, name: id, status: "reporting", position: null, battery: 80, openAlerts: 0, ...more });
const alert = (id: string, state: Alert["state"] = "open"): Alert =>
  ({ id, subjectId: "a", subjectName: "a", kind: "zoneExited", severity: "critical", raisedAt: "2026-03-01T02:00:00Z", dueAt: "2026-03-01T02:30:00Z", state, condition: "on" });
const snapshot = (sequence: number, ...ids: string[]): FeedMessage =>
  ({ type: "snapshot", board: "430981001", sequence, content: { subjects: ids.map((id) => subject(id)), alerts: [], visits: [] } });
const delta = (from: number, to: number, content: BoardDelta = {}): FeedMessage & { type: "delta" } =>
  ({ type: "delta", board: "430981001", from, to, content });
const named = (from: number, to: number, id: string) => delta(from, to, { subjects: [subject(id)] });
const ids = (state: BoardState) => [...state.subjects.keys()].sort();

function run(start: BoardState, ...messages: FeedMessage[]): { state: BoardState; asked: (number | null)[] } {
  const asked: (number | null)[] = [];
  let state = start;
  for (const message of messages) {
    const next = reduce(state, message);
    state = next.state;
    if (next.resync) asked.push(state.sequence);
  }
  return { state, asked };
}

describe("a board fed in order", () => {
  it("takes the snapshot and then each delta", () => {
    const { state, asked } = run(emptyBoard("430981001"), snapshot(7, "a"), named(7, 8, "b"), named(8, 11, "c"));
    expect([state.sequence, ids(state), asked]).toEqual([11, ["a", "b", "c"], []]);
  });

  it("moves a subject and leaves the rest of it alone", () => {
    const at = { lon: 112.3, lat: 28.8, accuracy: 12, at: "2026-03-01T02:00:00Z" };
    const { state } = run(emptyBoard("430981001"), snapshot(1, "a"), delta(1, 2, { moved: [{ id: "a", position: at }] }));
    expect(state.subjects.get("a")).toEqual(subject("a", { position: at, battery: 80 }));
  });

  it("ignores a move of a subject it does not know", () => {
    const { state } = run(emptyBoard("430981001"), snapshot(1, "a"), delta(1, 2, { moved: [{ id: "x", position: null }] }));
    expect([state.sequence, ids(state)]).toEqual([2, ["a"]]);
  });

  it("lets a resolved alert leave the queue", () => {
    const { state } = run(emptyBoard("430981001"), snapshot(1), delta(1, 2, { alerts: [alert("x"), alert("y")] }), delta(2, 3, { alerts: [alert("x", "resolved")] }));
    expect([...state.alerts.keys()]).toEqual(["y"]);
  });

  it("keeps an acknowledged alert, and never changes the state it was given", () => {
    const before = boardFrom("430981001", 1, { alerts: [alert("x")] });
    const { state } = run(before, delta(1, 2, { alerts: [alert("x", "acknowledged")] }));
    expect([state.alerts.get("x")?.state, before.alerts.get("x")?.state]).toEqual(["acknowledged", "open"]);
  });

  it("does not hear another board", () => {
    const { state } = run(emptyBoard("430981001"), { ...snapshot(3, "a"), board: "430981002" });
    expect(state.sequence).toBeNull();
  });
});

describe("a board fed badly", () => {
  it("drops what it has already", () => {
    const { state, asked } = run(emptyBoard("430981001"), snapshot(5, "a"), named(3, 5, "old"), named(4, 5, "older"));
    expect([state.sequence, ids(state), asked]).toEqual([5, ["a"], []]);
  });

  it("asks for what is missing, from the sequence it holds, and shows nothing early", () => {
    const { state, asked } = run(emptyBoard("430981001"), snapshot(5, "a"), named(6, 7, "c"));
    expect([state.sequence, ids(state), asked]).toEqual([5, ["a"], [5]]);
  });

  it("applies what came early once the missing delta is there", () => {
    const { state, asked } = run(emptyBoard("430981001"), snapshot(5, "a"), named(7, 8, "d"), named(6, 7, "c"), named(5, 6, "b"));
    expect([state.sequence, ids(state), state.waiting, asked]).toEqual([8, ["a", "b", "c", "d"], [], [5, 5]]);
  });

  it("applies a delta once, however often it comes", () => {
    const twice = named(5, 6, "b");
    const { state } = run(emptyBoard("430981001"), snapshot(5, "a"), twice, twice, named(7, 8, "d"), named(7, 8, "d"));
    expect([state.sequence, state.waiting.length]).toEqual([6, 1]);
  });

  it("asks again when the delta overlaps what it holds", () => {
    const { state, asked } = run(emptyBoard("430981001"), snapshot(5, "a"), named(3, 8, "b"));
    expect([state.sequence, asked]).toEqual([5, [5]]);
  });

  it("keeps deltas that come before the first snapshot and applies those that follow it", () => {
    const { state } = run(emptyBoard("430981001"), named(4, 5, "b"), named(5, 6, "c"), snapshot(5, "a"));
    expect([state.sequence, ids(state)]).toEqual([6, ["a", "c"]]);
  });

  it("keeps only so many that came early", () => {
    const early = Array.from({ length: waitingLimit * 2 }, (_, i) => named(10 + i, 11 + i, `s${i}`));
    const { state } = run(emptyBoard("430981001"), snapshot(5, "a"), ...early);
    expect(state.waiting.length).toBe(waitingLimit);
  });
});

describe("a board after a break", () => {
  it("keeps what it shows and resumes from its sequence", () => {
    const { state } = run(emptyBoard("430981001"), snapshot(5, "a"), named(9, 10, "z"));
    const resumed = run(reconnected(state), named(5, 6, "b"), named(6, 10, "c"));
    expect([resumed.state.sequence, ids(resumed.state), resumed.asked]).toEqual([10, ["a", "b", "c"], []]);
  });

  it("takes a snapshot with a lower sequence: the server counted anew", () => {
    const { state, asked } = run(emptyBoard("430981001"), snapshot(500, "a"), named(700, 701, "x"), snapshot(2, "b"), named(2, 3, "c"));
    expect([state.sequence, ids(state), asked]).toEqual([3, ["b", "c"], [500]]);
  });

  it("ends at the server's state whatever is lost, doubled and out of order, once it has resynchronised", () => {
    const all = Array.from({ length: 40 }, (_, i) => named(i, i + 1, `s${i}`));
    for (let seed = 1; seed <= 50; seed++) {
      const chance = random(seed);
      const mangled = [...all.filter(() => chance() > 0.3), ...all.filter(() => chance() > 0.7)].sort(() => chance() - 0.5);
      let state = reduce(emptyBoard("430981001"), snapshot(0)).state;
      for (const message of mangled) state = reduce(state, message).state;
      const from = state.sequence ?? 0;
      for (const message of all.slice(from)) state = reduce(state, message).state;
      expect([state.sequence, state.subjects.size]).toEqual([40, 40]);
    }
  });
});

/** Park–Miller: the same run each time. */
function random(seed: number): () => number {
  let value = seed;
  return () => (value = (value * 48_271) % 2_147_483_647) / 2_147_483_647;
}
