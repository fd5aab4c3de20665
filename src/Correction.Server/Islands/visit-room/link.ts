// One way between this page and another end – a party, or the media server. Who offers is fixed by who the two are, so
// that both never offer at once. Everything that arrives is handled in order.

/** What travels through the hub. `link` names the way and its generation: what belongs to an older one is dropped. */
export interface Signal { link: string; sdp?: RTCSessionDescriptionInit | null; ice?: RTCIceCandidateInit | null }

export interface LinkOptions {
  configuration: RTCConfiguration;
  send: (signal: Signal) => void;
  /** Own picture and sound; null: nothing is sent this way. */
  tracks: readonly MediaStreamTrack[] | null;
  /** Whether something is received this way. */
  receives: boolean;
  onStream: (stream: MediaStream) => void;
  /** The way is broken, and does not mend itself. */
  onFailed: () => void;
}

export class Link {
  readonly pc: RTCPeerConnection;
  readonly stream = new MediaStream();
  #work: Promise<unknown> = Promise.resolve();
  #early: (RTCIceCandidateInit | null)[] = [];
  #described = false;

  constructor(readonly name: string, readonly options: LinkOptions) {
    const pc = this.pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", ...options.configuration });
    pc.onicecandidate = ({ candidate }) => options.send({ link: name, ice: candidate && candidate.candidate ? candidate.toJSON() : null });
    pc.ontrack = ({ track }) => {
      this.stream.addTrack(track);
      options.onStream(this.stream);
    };
    pc.onconnectionstatechange = () => { if (pc.connectionState === "failed") options.onFailed(); };
  }

  offer(): void {
    const { tracks, receives } = this.options;
    for (const track of tracks ?? []) this.pc.addTransceiver(track, { direction: receives ? "sendrecv" : "sendonly" });
    this.#do(async () => {
      await this.pc.setLocalDescription();
      this.#sendDescription();
    });
  }

  receive({ sdp, ice }: Signal): void {
    if (sdp) this.#do(() => this.#describe(sdp));
    else if (ice !== undefined) this.#do(() => this.#add(ice));
  }

  close(): void {
    this.pc.close();
  }

  async #describe(sdp: RTCSessionDescriptionInit): Promise<void> {
    await this.pc.setRemoteDescription(sdp);
    this.#described = true;
    for (const candidate of this.#early.splice(0)) await this.#add(candidate);
    if (sdp.type !== "offer") return;
    const { tracks } = this.options;
    for (const track of tracks ?? []) {
      const transceiver = this.pc.getTransceivers().find((t) => t.receiver.track.kind === track.kind && !t.sender.track);
      if (!transceiver) continue;
      await transceiver.sender.replaceTrack(track);
      transceiver.direction = "sendrecv";
    }
    await this.pc.setLocalDescription();
    this.#sendDescription();
  }

  async #add(candidate: RTCIceCandidateInit | null): Promise<void> {
    if (!this.#described) this.#early.push(candidate);
    else if (candidate) await this.pc.addIceCandidate(candidate);
  }

  #sendDescription(): void {
    this.options.send({ link: this.name, sdp: this.pc.localDescription!.toJSON() });
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.pc.signalingState === "closed" ? undefined : work()))
      .catch((error: unknown) => console.warn(`The way ${this.name} could not go on.`, error));
  }
}
