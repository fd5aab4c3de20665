// The line to the hub `/hubs/visit`: joins, stays, comes back after breaks. What the hub says it tells as events.
import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from "@microsoft/signalr";
import { backoff } from "../live-feed/backoff";
import { refusal } from "../live-feed/live-feed";
import type { Signal } from "./link";
import type { Party, RoomEvent, RoomView } from "./room";

export type LineConnection = Pick<HubConnection, "on" | "onclose" | "start" | "stop" | "invoke" | "send">;

export interface LineOptions {
  tell: (event: RoomEvent) => void;
  hear: (from: string, signal: Signal) => void;
  connect?: () => LineConnection;
  wait?: (ms: number) => Promise<void>;
  now?: () => number;
}

export class RoomLine {
  readonly #options: Required<LineOptions>;
  #connection: LineConnection | null = null;
  #stopped = false;

  constructor(readonly visit: string, options: LineOptions) {
    this.#options = { connect: hub, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), now: Date.now, ...options };
  }

  async run(): Promise<void> {
    const { tell, wait } = this.#options;
    tell({ type: "connection", connection: "joining" });
    for (let attempt = 0; !this.#stopped; attempt++) {
      try {
        await this.#session(() => { attempt = 0; });
      } catch (error) {
        const reason = refusal(error);
        if (reason) {
          this.stop();
          return tell({ type: "connection", connection: reason === "signedOut" ? "signedOut" : "refused" });
        }
        console.warn("The line to the room broke off and will be tried again.", error);
      }
      if (this.#stopped) return;
      tell({ type: "connection", connection: "reconnecting" });
      await wait(Math.min(3_000, backoff(attempt, Math.random())));
    }
  }

  signal(to: string, signal: Signal): void {
    this.#connection?.send("Signal", this.visit, to, signal).catch((error: unknown) => console.warn("A signal did not go out.", error));
  }

  /** Picture and sound stop at once, ahead of the decision. */
  halt(): void {
    this.#connection?.send("Halt", this.visit).catch((error: unknown) => console.warn("The room could not be halted ahead of the decision.", error));
  }

  leave(): void {
    void this.#connection?.invoke("Leave").catch(() => undefined).finally(() => this.stop());
  }

  stop(): void {
    this.#stopped = true;
    void this.#connection?.stop();
  }

  async #session(onJoined: () => void): Promise<void> {
    const { tell, hear, now } = this.#options;
    const connection = this.#connection = this.#options.connect();
    const closed = new Promise<void>((resolve) => connection.onclose(() => resolve()));
    const early: (() => void)[] = [];
    let joined = false;
    const on = (name: string, act: (...args: never[]) => void) =>
      connection.on(name, (...args: never[]) => { if (joined) act(...args); else early.push(() => act(...args)); });
    on("joined", (party: Party) => tell({ type: "joined", party }));
    on("left", (party: Party) => tell({ type: "left", party }));
    on("signal", (from: string, signal: Signal) => hear(from, signal));
    on("admitted", () => tell({ type: "admitted", at: now() }));
    on("started", () => tell({ type: "started", at: now() }));
    on("resumed", () => tell({ type: "resumed", at: now() }));
    on("interrupted", (reason: string) => tell({ type: "interrupted", reason, at: now() }));
    on("media", (open: boolean) => tell({ type: "media", open }));
    on("halted", (halted: boolean) => tell({ type: "halted", on: halted }));
    on("remaining", (seconds: number) => tell({ type: "remaining", seconds, at: now() }));
    on("warned", (reason: string) => tell({ type: "warned", reason }));
    on("cut", (reason: string) => this.#end({ type: "cut", reason }));
    on("ended", (reason: string) => this.#end({ type: "ended", reason }));
    on("replaced", () => { this.stop(); tell({ type: "connection", connection: "replaced" }); });
    await connection.start();
    try {
      const view = await connection.invoke<RoomView>("Join", this.visit);
      tell({ type: "view", view, at: now() });
      joined = true;
      for (const act of early) act();
      onJoined();
      await closed;
    } finally {
      await connection.stop();
      this.#connection = null;
    }
  }

  #end(event: RoomEvent): void {
    this.#options.tell(event);
    this.stop();
  }
}

function hub(): LineConnection {
  return new HubConnectionBuilder()
    .withUrl("/hubs/visit", { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling })
    .withKeepAliveInterval(3_000).withServerTimeout(9_000)
    .configureLogging(LogLevel.None)
    .build();
}
