import { describe, expect, it } from "vitest";
import { boardFrom, reduce, type Visit } from "../live-feed/board";
import { attention, byUrgency, isOpen } from "./visit-wall";

const visit = (id: string, state: string, more: Partial<Visit> = {}): Visit => ({
  id, jurisdiction: "430981", prison: "4301P1", date: "2026-03-01", from: "2026-03-01T01:00:00Z", to: "2026-03-01T01:30:00Z", opensAt: "2026-03-01T00:30:00Z",
  state, place: "station", visitors: 1, flagged: false, ...more,
});
const before = new Date("2026-03-01T00:59:59Z"), after = new Date("2026-03-01T01:00:00Z");

describe("the wall of visits", () => {
  it("calls late who is not there when the time has come", () => {
    expect([attention(visit("1", "scheduled"), before), attention(visit("1", "scheduled"), after), attention(visit("1", "waiting"), after)]).toEqual(["ahead", "late", "waiting"]);
  });

  it("shows first what asks for somebody", () => {
    const visits = [visit("over", "ended"), visit("on", "inProgress"), visit("waits", "waiting"), visit("late", "scheduled"), visit("undecided", "kinshipChecked")];
    expect(visits.sort(byUrgency(after)).map((v) => v.id)).toEqual(["late", "waits", "on", "undecided", "over"]);
  });

  it("opens a room from its waiting time to its end, and none that the prison has not approved", () => {
    expect([
      isOpen(visit("1", "scheduled"), new Date("2026-03-01T00:29:59Z")), isOpen(visit("1", "scheduled"), new Date("2026-03-01T00:30:00Z")), isOpen(visit("1", "inProgress"), after),
      isOpen(visit("1", "kinshipChecked"), after), isOpen(visit("1", "cut"), after),
    ]).toEqual([false, true, true, false, false]);
  });

  it("holds one day: what moved away and the day before leave", () => {
    const start = boardFrom("430981", 1, { visits: [visit("a", "scheduled"), visit("b", "scheduled")] });
    const { state } = reduce(start, { type: "delta", board: "430981", from: 1, to: 2, content: { visits: [visit("a", "waiting"), visit("b", "rescheduled")] } });
    expect([...state.visits.values()].map((v) => [v.id, v.state])).toEqual([["a", "waiting"]]);
    const next = reduce(state, { type: "delta", board: "430981", from: 2, to: 3, content: { visits: [visit("c", "scheduled", { date: "2026-03-02" })] } });
    expect([...next.state.visits.keys()]).toEqual(["c"]);
  });
});
