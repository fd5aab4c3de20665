// Records one party in the officer's page. Chunks of a second each go up in order; each is kept until the server has it
// for good, and sent again as often as it takes.
import { backoff } from "../live-feed/backoff";
import { csrfToken } from "../shared/api";
import type { Party } from "./room";

const chunkLength = 1_000;
const types = ["video/webm;codecs=vp8,opus", "video/webm"];

/** What the server says of a chunk. */
export type Answer = { kind: "accepted"; chain: string } | { kind: "missing"; expected: number } | { kind: "again" } | { kind: "closed" };

export type Upload = (segment: string, sequence: number, chunk: Blob) => Promise<Answer>;

export class Recorder {
  readonly segment = crypto.randomUUID().replaceAll("-", "");
  readonly #recorder: MediaRecorder;
  readonly #waiting: Blob[] = [];
  #next = 0;
  #sending: Promise<void> | null = null;
  #closed = false;
  #chain: string | null = null;

  constructor(stream: MediaStream, readonly upload: Upload, readonly wait: (ms: number) => Promise<void> = pause) {
    const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { videoBitsPerSecond: 600_000, ...(mimeType ? { mimeType } : {}) });
    this.#recorder.ondataavailable = ({ data }) => { if (data.size > 0) this.add(data); };
    this.#recorder.start(chunkLength);
  }

  /** The link over the chunks that the server has. */
  get chain(): string | null { return this.#chain; }

  /** How many chunks wait for the server. */
  get behind(): number { return this.#waiting.length; }

  add(chunk: Blob): void {
    this.#waiting.push(chunk);
    this.#sending ??= this.#send().finally(() => { this.#sending = null; });
  }

  /** Returns when everything recorded is with the server, or cannot go there any more. */
  async stop(): Promise<void> {
    if (this.#recorder.state !== "inactive") {
      const stopped = new Promise((resolve) => { this.#recorder.onstop = resolve; });
      this.#recorder.stop();
      await stopped;
    }
    await this.#sending;
  }

  async #send(): Promise<void> {
    for (let attempt = 0; this.#waiting.length > 0 && !this.#closed;) {
      const answer = await this.upload(this.segment, this.#next, this.#waiting[0]!).catch((): Answer => ({ kind: "again" }));
      switch (answer.kind) {
        case "accepted":
          this.#chain = answer.chain;
          this.#waiting.shift();
          this.#next++;
          attempt = 0;
          break;
        case "again":
          await this.wait(Math.min(2_000, backoff(attempt++, Math.random())));
          break;
        default: // closed; or missing, which cannot be: what was accepted is not lost
          this.#closed = true;
      }
    }
  }
}

export const uploadTo = (visit: string, party: Party): Upload => async (segment, sequence, chunk) => {
  const response = await fetch(`/api/v1/visits/${visit}/recording/${party}/${segment}/${sequence}`, {
    method: "POST", body: chunk, credentials: "same-origin",
    headers: { "Content-Type": "application/octet-stream", "X-CSRF-TOKEN": csrfToken() },
  });
  if (response.ok) return { kind: "accepted", chain: ((await response.json()) as { chain: string }).chain };
  if (response.status >= 500 || response.status === 429) return { kind: "again" };
  const problem = (await response.json().catch(() => ({}))) as { code?: string; expected?: number };
  return problem.code === "chunkMissing" ? { kind: "missing", expected: problem.expected ?? 0 } : { kind: "closed" };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
