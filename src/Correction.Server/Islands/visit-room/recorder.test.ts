import { beforeEach, describe, expect, it, vi } from "vitest";
import { Recorder, type Answer } from "./recorder";

class StillRecorder {
  static isTypeSupported = (): boolean => true;
  state = "recording";
  onstop: (() => void) | null = null;
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  start(): void { /* the test adds the chunks */ }
  stop(): void { this.state = "inactive"; this.onstop?.(); }
}

const accepted: Answer = { kind: "accepted", chain: "c" };
const chunk = (text: string): Blob => new Blob([text]);

function play(...answers: (Answer | Error)[]): { recorder: Recorder; sent: number[] } {
  const sent: number[] = [];
  const upload = (_: string, sequence: number): Promise<Answer> => {
    sent.push(sequence);
    const answer = answers.shift() ?? accepted;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { recorder: new Recorder({} as MediaStream, upload, () => Promise.resolve()), sent };
}

describe("a recorder", () => {
  beforeEach(() => vi.stubGlobal("MediaRecorder", StillRecorder));

  it("sends its chunks in order, each when the one before is safe", async () => {
    const { recorder, sent } = play();
    for (const text of ["a", "b", "c"]) recorder.add(chunk(text));
    await recorder.stop();
    expect([sent, recorder.behind, recorder.chain]).toEqual([[0, 1, 2], 0, "c"]);
  });

  it("sends a chunk again until the server has it, also when the network is gone", async () => {
    const { recorder, sent } = play(accepted, { kind: "again" }, new TypeError("network"), accepted);
    recorder.add(chunk("a"));
    recorder.add(chunk("b"));
    await recorder.stop();
    expect([sent, recorder.behind]).toEqual([[0, 1, 1, 1], 0]);
  });

  it("ends when the recording is closed", async () => {
    const { recorder, sent } = play({ kind: "closed" });
    recorder.add(chunk("a"));
    recorder.add(chunk("b"));
    await recorder.stop();
    expect(sent).toEqual([0]);
  });
});
