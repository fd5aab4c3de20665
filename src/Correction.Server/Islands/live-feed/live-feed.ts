// The one place that talks to the hub `/hubs/live`: connects, watches a board, resumes after gaps and breaks.
//
// Guarantee to listeners: every state they are given is one that the server's board had, in order, except after a
// snapshot, which may skip. A break never empties the board: the last state stays, marked with its age.
import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from "@microsoft/signalr";
import { boardFrom, emptyBoard, reconnected, reduce, type BoardContent, type BoardDelta, type BoardState, type FeedMessage } from "./board";
import { backoff } from "./backoff";

export type FeedStatus =
  | { kind: "connecting" }
  | { kind: "live" }
  /** The line is down since `since`; what is shown is as of then. */
  | { kind: "reconnecting"; since: Date; attempt: number }
  /** The server said no (signed out, or no authority over this board). Trying again would not help. */
  | { kind: "refused"; reason: "signedOut" | "forbidden" };

/** The part of a SignalR connection that the feed uses, so that a test can stand in for it. */
export type FeedConnection = Pick<HubConnection, "on" | "onclose" | "start" | "stop" | "invoke">;

export interface FeedOptions {
  connect?: () => FeedConnection;
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
  now?: () => Date;
}

/** How long an answer to `Watch` may take before it is asked for again. */
const resyncPatience = 5_000;

export class LiveFeed extends EventTarget {
  #state: BoardState;
  #status: FeedStatus = { kind: "connecting" };
  #connection: FeedConnection | null = null;
  #resyncAskedAt: number | null = null;
  #lastHeard: Date;
  readonly #stop = new AbortController();
  readonly #options: Required<FeedOptions>;

  constructor(board: string, initial?: { sequence: number | null; content: BoardContent }, options: FeedOptions = {}) {
    super();
    this.#options = { connect: hub, wait: delay, random: Math.random, now: () => new Date(), ...options };
    this.#state = initial ? boardFrom(board, initial.sequence, initial.content) : emptyBoard(board);
    this.#lastHeard = this.#options.now();
  }

  get state(): BoardState { return this.#state; }
  get status(): FeedStatus { return this.#status; }

  /** Runs until `stop`; events: `state`, `status`. */
  async run(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        await this.#session(() => { attempt = 0; });
      } catch (error) {
        const reason = refusal(error);
        if (reason) return this.#setStatus({ kind: "refused", reason });
        console.warn("The live feed broke off and will be tried again.", error);
      }
      if (this.#stop.signal.aborted) return;
      this.#setStatus({ kind: "reconnecting", since: this.#lastHeard, attempt: attempt + 1 });
      await this.#options.wait(backoff(attempt, this.#options.random()), this.#stop.signal);
    }
  }

  stop(): void {
    this.#stop.abort();
    void this.#connection?.stop();
  }

  /** One connection, from start to close. Returns when it closes; throws when it cannot start or watch. */
  async #session(onLive: () => void): Promise<void> {
    const connection = this.#options.connect();
    this.#connection = connection;
    const closed = new Promise<void>((resolve) => connection.onclose(() => resolve()));
    connection.on("snapshot", (board: string, sequence: number, content: BoardContent) =>
      this.#receive({ type: "snapshot", board, sequence, content }));
    connection.on("delta", (board: string, from: number, to: number, content: BoardDelta) =>
      this.#receive({ type: "delta", board, from, to, content }));
    await connection.start();
    try {
      this.#state = reconnected(this.#state);
      this.#resyncAskedAt = null;
      await connection.invoke("Watch", this.#state.board, this.#state.sequence);
      this.#lastHeard = this.#options.now();
      onLive();
      this.#setStatus({ kind: "live" });
      await closed;
    } finally {
      await connection.stop();
      this.#connection = null;
    }
  }

  #receive(message: FeedMessage): void {
    this.#lastHeard = this.#options.now();
    const before = this.#state;
    const { state, resync } = reduce(before, message);
    this.#state = state;
    if (!resync) this.#resyncAskedAt = null;
    else this.#askAgain();
    if (state.sequence !== before.sequence || state.subjects !== before.subjects) this.dispatchEvent(new Event("state"));
  }

  #askAgain(): void {
    const now = this.#options.now().getTime();
    if (this.#resyncAskedAt !== null && now - this.#resyncAskedAt < resyncPatience) return;
    this.#resyncAskedAt = now;
    // A failed call ends in `onclose`, or in the next delta asking again.
    this.#connection?.invoke("Watch", this.#state.board, this.#state.sequence)
      .catch((error: unknown) => console.warn("Asking for missed changes failed.", error));
  }

  #setStatus(status: FeedStatus): void {
    if (status.kind !== "live") this.#resyncAskedAt = null;
    this.#status = status;
    this.dispatchEvent(new Event("status"));
  }
}

function hub(): FeedConnection {
  // WebSockets alone, without negotiation, needs no sticky sessions; the other transports are kept for proxies that block it.
  return new HubConnectionBuilder()
    .withUrl("/hubs/live", { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling })
    .configureLogging(LogLevel.None)
    .build();
}

/** Why the server refuses for good, or null when it is only out of reach. */
export function refusal(error: unknown): "signedOut" | "forbidden" | null {
  const status = (error as { statusCode?: number } | null)?.statusCode;
  const text = error instanceof Error ? error.message : "";
  if (status === 401 || /\b401\b/.test(text)) return "signedOut";
  if (status === 403 || /\b403\b/.test(text) || /unauthorized|forbidden/i.test(text)) return "forbidden";
  return null;
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      window.removeEventListener("online", done);
      resolve();
    }
    signal.addEventListener("abort", done);
    // The network is back: no reason to sit out the rest of the pause.
    window.addEventListener("online", done);
  });
}
