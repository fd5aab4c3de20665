import { describe, expect, it } from "vitest";
import { follow, initial, recording, remaining, screen, type RoomEvent, type RoomState, type RoomView } from "./room";

const view: RoomView = {
  party: "family", stage: "waiting", supervised: true, mode: "peerToPeer", present: ["prison"], mediaOpen: false, remainingSeconds: 1800, reason: null, iceServers: [], relayOnly: false,
};
const after = (...events: RoomEvent[]): RoomState => events.reduce(follow, initial);
const joined: RoomEvent = { type: "view", view, at: 0 };

describe("a room", () => {
  it("leads from the test over the waiting room to the talk", () => {
    const steps: RoomEvent[] = [joined, { type: "admitted", at: 0 }, { type: "media", open: true }, { type: "started", at: 0 }];
    expect(steps.map((_, i) => screen(after(...steps.slice(0, i + 1))))).toEqual(["wait", "admitted", "talk", "talk"]);
    expect(screen(initial)).toBe("prepare");
  });

  it("knows who is there", () => {
    expect(after(joined, { type: "joined", party: "officer" }, { type: "joined", party: "officer" }, { type: "left", party: "prison" }).view?.present).toEqual(["officer"]);
  });

  it("counts only while the visit goes on", () => {
    const going = after(joined, { type: "started", at: 10_000 });
    expect(remaining(going, 40_000)).toBe(1770);
    const stopped = follow(going, { type: "interrupted", reason: "network", at: 40_000 });
    expect([remaining(stopped, 90_000), screen(stopped)]).toEqual([1770, "interrupted"]);
    expect(remaining(follow(stopped, { type: "resumed", at: 100_000 }), 110_000)).toBe(1760);
  });

  it("stays over, with the reason, whatever comes after", () => {
    const over = after(joined, { type: "cut", reason: "deviceUsed" }, { type: "connection", connection: "reconnecting" }, joined);
    expect([screen(over), over.over]).toEqual(["over", { how: "cut", reason: "deviceUsed" }]);
  });

  it("is halted until the decision follows, or the room goes on", () => {
    const halted = after(joined, { type: "halted", on: true });
    expect([halted.halted, follow(halted, { type: "halted", on: false }).halted, follow(halted, joined).halted]).toEqual([true, false, false]);
  });

  it("keeps what it shows while the line is down", () => {
    expect(screen(after(joined, { type: "admitted", at: 0 }, { type: "media", open: true }, { type: "connection", connection: "reconnecting" }))).toBe("talk");
  });

  it("is recorded by the officer's page from admission on, never with a lawyer, never beside a media server", () => {
    const officer = (change: Partial<RoomView>) => recording(after({ type: "view", at: 0, view: { ...view, party: "officer", stage: "admitted", ...change } }));
    expect([officer({}), officer({ stage: "waiting" }), officer({ supervised: false }), officer({ mode: "janus" }), officer({ party: "family" })])
      .toEqual([true, false, false, false, false]);
  });
});
