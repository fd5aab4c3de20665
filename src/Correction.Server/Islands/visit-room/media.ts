// The picture and sound of one page: which links it needs, by the mode of the room and by who is there.
import { Link, type Signal } from "./link";
import type { Party, RoomState, RoomView } from "./room";

export interface MediaOptions {
  /** Own picture and sound; null: the officer sends none. */
  own: MediaStream | null;
  send: (to: string, signal: Signal) => void;
  onStream: (from: Party, stream: MediaStream | null) => void;
}

/** A link that broke is built anew after so long. */
const mendAfter = 2_000;

/** Of two parties the earlier in this order offers; the officer only answers. */
const order: readonly Party[] = ["family", "prison", "officer"];

export class RoomMedia {
  readonly #links = new Map<string, Link>();
  #view: RoomView | null = null;
  #low = false;
  #publishing = false;

  constructor(readonly options: MediaOptions) {}

  /** Brings the links to what the room is now. */
  follow(state: RoomState): void {
    const view = state.over || state.connection !== "joined" ? null : state.view;
    if (state.over || state.halted) return this.close();
    if (!view) return; // while the line to the hub is down, picture and sound go on
    this.#view = view;
    if (view.mode === "janus") {
      if (!view.mediaOpen && view.party !== "officer") for (const name of [...this.#links.keys()].filter((n) => n.startsWith("down:"))) this.#drop(name);
      return;
    }
    for (const party of order) if (!this.#mayReach(party)) this.#drop(party);
    for (const party of order) if (this.#mayReach(party) && !this.#links.has(party) && this.#offers(party)) this.#offer(party);
  }

  /** The other end began anew: so does the link. */
  renew(party: Party): void {
    this.#drop(party);
  }

  hear(from: string, signal: Signal & { open?: string }): void {
    if (from === "media") return this.#hearServer(signal);
    const party = from as Party;
    const known = this.#links.get(party);
    if (signal.sdp?.type === "offer" && known?.name !== signal.link) {
      this.#drop(party);
      this.#open(party, signal.link, (s) => this.options.send(party, s)).receive(signal);
    } else if (known?.name === signal.link) {
      known.receive(signal);
    }
  }

  /** A weak network: small pictures, few of them. */
  setLow(low: boolean): void {
    this.#low = low;
    for (const link of this.#links.values()) void this.#limit(link);
  }

  /** Figures of what comes in, by link. */
  async inbound(): Promise<{ link: string; framesDecoded: number; packetsReceived: number }[]> {
    return Promise.all([...this.#links].map(async ([link, { pc }]) => {
      let framesDecoded = 0, packetsReceived = 0;
      (await pc.getStats()).forEach((stat: { type: string; framesDecoded?: number; packetsReceived?: number }) => {
        if (stat.type !== "inbound-rtp") return;
        framesDecoded += stat.framesDecoded ?? 0;
        packetsReceived += stat.packetsReceived ?? 0;
      });
      return { link, framesDecoded, packetsReceived };
    }));
  }

  close(): void {
    for (const name of [...this.#links.keys()]) this.#drop(name);
    this.#publishing = false;
  }

  #mayReach(party: Party): boolean {
    const view = this.#view!;
    return party !== view.party && view.present.includes(party)
      && (party === "officer" || view.party === "officer" ? view.supervised : view.mediaOpen);
  }

  #offers(party: Party): boolean {
    return order.indexOf(this.#view!.party) < order.indexOf(party);
  }

  #offer(party: Party): void {
    this.#open(party, crypto.randomUUID(), (signal) => this.options.send(party, signal)).offer();
  }

  #hearServer(signal: Signal & { open?: string }): void {
    if (signal.open === "up" && this.options.own) {
      this.close(); // the server's room is new, or new again
      this.#publishing = true;
      this.#open("up", "up", (s) => this.options.send("media", s)).offer();
    } else if (signal.link) {
      if (signal.sdp?.type === "offer") {
        this.#drop(signal.link);
        this.#open(signal.link, signal.link, (s) => this.options.send("media", s));
      }
      this.#links.get(signal.link)?.receive(signal);
    }
  }

  #open(key: string, name: string, send: (signal: Signal) => void): Link {
    const from = partyOf(key);
    const officer = this.#view?.party === "officer";
    const link: Link = new Link(name, {
      configuration: { iceServers: this.#view?.iceServers ?? [], iceTransportPolicy: this.#view?.relayOnly ? "relay" : "all" },
      send,
      tracks: officer || key.startsWith("down:") ? null : this.options.own?.getTracks() ?? null,
      receives: key !== "up" && key !== "officer",
      onStream: (stream) => { if (from) this.options.onStream(from, stream); },
      onFailed: () => window.setTimeout(() => this.#mend(key, link), mendAfter),
    });
    this.#links.set(key, link);
    link.pc.addEventListener("connectionstatechange", () => { if (link.pc.connectionState === "connected") void this.#limit(link); });
    return link;
  }

  #mend(key: string, link: Link): void {
    if (this.#links.get(key) !== link || !this.#view) return;
    if (key === "up") return this.#hearServer({ link: "", open: "up" });
    this.#drop(key);
    const party = key as Party;
    if (this.#view.mode === "peerToPeer" && this.#mayReach(party) && this.#offers(party)) this.#offer(party);
  }

  async #limit(link: Link): Promise<void> {
    for (const sender of link.pc.getSenders()) {
      if (sender.track?.kind !== "video") continue;
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) {
        encoding.maxBitrate = this.#low ? 100_000 : 600_000;
        encoding.maxFramerate = this.#low ? 8 : 25;
        encoding.scaleResolutionDownBy = this.#low ? 2 : 1;
      }
      await sender.setParameters(parameters).catch(() => undefined); // a link that closes meanwhile needs no limit
    }
  }

  #drop(key: string): void {
    const link = this.#links.get(key);
    if (!link) return;
    this.#links.delete(key);
    link.close();
    const from = partyOf(key);
    if (from) this.options.onStream(from, null);
  }

  /** Whether it sends to a media server; for a page that says what it does. */
  get isPublishing(): boolean { return this.#publishing; }
}

const partyOf = (key: string): Party | null => {
  const name = key.replace(/^down:/, "");
  return (order as readonly string[]).includes(name) ? (name as Party) : null;
};
