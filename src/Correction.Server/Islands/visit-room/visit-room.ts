// <visit-room visit="…" party="family|prison|officer">: the room of a remote visit. Inside, as JSON, the visitors whom the
// officer checks. Attributes for styles and tests: `data-screen` (see room.ts), `data-connection`, `data-reason`.
import { h, initialJson, setAttribute, setText } from "../shared/dom";
import { hasWord, t, word } from "../shared/i18n";
import { span } from "../shared/time";
import { DeviceTest } from "./device-test";
import { RoomMedia } from "./media";
import { OfficerDesk, type Visitor } from "./officer-desk";
import { Recorder, uploadTo } from "./recorder";
import { follow, initial, recording, remaining, screen, type Party, type RoomEvent, type RoomState } from "./room";
import { RoomLine } from "./room-line";

export class VisitRoom extends HTMLElement {
  #state: RoomState = initial;
  #party: Party = "family";
  #line: RoomLine | null = null;
  #media: RoomMedia | null = null;
  #own: MediaStream | null = null;
  #desk: OfficerDesk | null = null;
  #clock = 0;
  readonly #test = new DeviceTest();
  readonly #streams = new Map<Party, MediaStream>();
  readonly #pictures = new Map<Party, HTMLElement>();
  readonly #recorders = new Map<Party, Recorder>();
  readonly #status = h("p", { class: "room-status", role: "status" });
  readonly #warning = h("p", { class: "warning", role: "alert", hidden: true });
  readonly #left = h("p", { class: "room-left", role: "timer" });
  readonly #marks = h("p", { class: "room-marks small" });
  readonly #stage = h("div", { class: "room-stage" });
  readonly #ownPicture = h("video", { class: "room-own", autoplay: true, playsinline: true, muted: true, "aria-label": t("room.test.own") });
  readonly #enter = h("button", { type: "button", class: "primary", "data-do": "enter", onclick: () => this.#join() }, t("room.enter"));
  readonly #again = h("button", { type: "button", "data-do": "test", onclick: () => void this.#prepare() }, t("room.test.again"));
  readonly #low = h("button", { type: "button", "data-do": "low", "aria-pressed": "false", onclick: () => this.#toggleLow() }, t("room.low"));
  readonly #leave = h("button", { type: "button", "data-do": "leave", onclick: () => this.#goOut() }, t("room.leave"));
  readonly #tools = h("div", { class: "actions room-tools" }, this.#enter, this.#again, this.#low, this.#leave);

  connectedCallback(): void {
    if (this.#clock) return;
    this.#party = (this.getAttribute("party") ?? "family") as Party;
    const visitors = initialJson<{ visitors: Visitor[] }>(this)?.visitors ?? [];
    if (this.#party === "officer") this.#desk = new OfficerDesk(this.#visit, visitors, () => this.#line?.halt());
    this.replaceChildren(h("div", { class: "room-head" }, this.#status, this.#left), this.#warning, this.#test.element, this.#stage, this.#marks, this.#tools, this.#desk?.element ?? "");
    this.#clock = window.setInterval(() => this.#tick(), 500);
    this.#show();
    if (this.#party === "officer") this.#join();
    else void this.#prepare();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#clock);
    this.#clock = 0;
    this.#line?.stop();
    this.#end();
  }

  /** What comes in, by link: for a person who looks into a weak connection, and for tests. */
  inbound = (): Promise<{ link: string; framesDecoded: number; packetsReceived: number }[]> => this.#media?.inbound() ?? Promise.resolve([]);

  get #visit(): string { return this.getAttribute("visit") ?? ""; }

  async #prepare(): Promise<void> {
    this.#enter.disabled = true;
    this.#test.close();
    this.#own?.getTracks().forEach((track) => track.stop());
    this.#own = await this.#test.open();
    this.#enter.disabled = !this.#own;
  }

  #join(): void {
    if (this.#line) return;
    this.#test.close();
    this.#ownPicture.srcObject = this.#own;
    const media = this.#media = new RoomMedia({
      own: this.#own,
      send: (to, signal) => this.#line?.signal(to, signal),
      onStream: (from, stream) => this.#receive(from, stream),
    });
    this.#line = new RoomLine(this.#visit, { tell: (event) => this.#tell(event), hear: (from, signal) => media.hear(from, signal) });
    void this.#line.run();
  }

  #tell(event: RoomEvent): void {
    this.#state = follow(this.#state, event);
    if (event.type === "view") this.#media?.close(); // whoever is there begins anew with this page
    if (event.type === "joined" || event.type === "left") this.#media?.renew(event.party);
    this.#media?.follow(this.#state);
    if (this.#state.over || this.#state.connection === "replaced" || this.#state.connection === "refused") this.#end();
    this.#record();
    this.#show();
  }

  #receive(from: Party, stream: MediaStream | null): void {
    if (stream) this.#streams.set(from, stream);
    else this.#streams.delete(from);
    const picture = this.#pictures.get(from) ?? h("figure", { "data-from": from },
      h("video", { autoplay: true, playsinline: true, "aria-label": t(`room.${from}`) }), h("figcaption", null, t(`room.${from}`)));
    this.#pictures.set(from, picture);
    if (stream && !picture.isConnected) this.#stage.append(picture);
    if (!stream) picture.remove();
    const video = picture.querySelector("video")!;
    if (video.srcObject !== stream) video.srcObject = stream;
    const recorder = this.#recorders.get(from);
    if (recorder) {
      this.#recorders.delete(from);
      void recorder.stop(); // another stream, another segment
    }
    this.#record();
  }

  /** The officer's page records each party from admission to the end. */
  #record(): void {
    if (recording(this.#state)) {
      for (const [from, stream] of this.#streams) {
        if (!this.#recorders.has(from) && stream.getVideoTracks().length > 0 && stream.getAudioTracks().length > 0) {
          this.#recorders.set(from, new Recorder(stream, uploadTo(this.#visit, from)));
        }
      }
    } else {
      for (const recorder of this.#recorders.values()) void recorder.stop();
      this.#recorders.clear();
    }
  }

  #end(): void {
    for (const recorder of this.#recorders.values()) void recorder.stop(); // what is recorded still goes up
    this.#recorders.clear();
    this.#media?.close();
    this.#test.close();
    this.#own?.getTracks().forEach((track) => track.stop());
    this.#ownPicture.srcObject = null;
  }

  #goOut(): void {
    this.#line?.leave();
    this.#end();
    this.#state = follow(this.#state, { type: "ended", reason: "left" });
    this.#show();
  }

  #toggleLow(): void {
    const low = this.#low.getAttribute("aria-pressed") !== "true";
    setAttribute(this.#low, "aria-pressed", String(low));
    this.#media?.setLow(low);
  }

  #show(): void {
    const shown = screen(this.#state);
    const { view, over, connection, warning } = this.#state;
    setAttribute(this, "data-screen", shown);
    setAttribute(this, "data-connection", connection);
    setAttribute(this, "data-reason", over?.reason ?? view?.reason ?? null);
    this.#test.element.hidden = shown !== "prepare" || this.#party === "officer";
    this.#enter.hidden = this.#again.hidden = shown !== "prepare" || this.#party === "officer";
    this.#low.hidden = this.#party === "officer" || !["wait", "admitted", "talk", "interrupted"].includes(shown);
    this.#leave.hidden = shown === "prepare" || shown === "over" || shown === "away";
    this.#stage.hidden = shown === "prepare" || shown === "over" || shown === "away";
    if (this.#own && !this.#ownPicture.isConnected) this.#stage.append(this.#ownPicture);
    setText(this.#status, this.#words(shown));
    this.#warning.hidden = !warning || shown === "over";
    if (warning) setText(this.#warning, t("room.warned", { reason: word("CutReason", warning) }));
    this.#desk?.follow(this.#state);
    this.#tick();
  }

  #words(shown: ReturnType<typeof screen>): string {
    const { view, over, connection } = this.#state;
    if (over) return t(over.how === "cut" ? "room.cutBecause" : "room.endedBecause", { reason: reasonOf(over.how, over.reason) });
    switch (connection) {
      case "joining": return t("room.joining");
      case "reconnecting": return t("room.reconnecting");
      case "replaced": return t("room.replaced");
      case "refused": return t("room.refused");
      case "signedOut": return t("feed.signedOut");
    }
    if (shown === "prepare") return t("room.prepare");
    if (shown === "interrupted") return t("room.interrupted", { reason: word("InterruptionCause", view?.reason ?? "") });
    if (shown === "talk") return t(view!.mediaOpen ? "room.talk" : "room.connecting");
    if (this.#party === "officer") return t(shown === "admitted" ? "room.officer.admitted" : view?.present.includes("family") ? "room.officer.check" : "room.officer.wait");
    return t(shown === "admitted" ? "room.admitted" : "room.wait");
  }

  #tick(): void {
    const shown = screen(this.#state);
    const running = shown === "talk" || shown === "interrupted";
    this.#left.hidden = !running;
    const seconds = remaining(this.#state, Date.now());
    setText(this.#left, running ? t("room.left", { time: span(seconds * 1000) }) : "");
    setAttribute(this.#left, "data-last", running && seconds <= 60 ? "true" : null);
    const { view } = this.#state;
    setText(this.#marks, !view || shown === "over" || shown === "away" ? "" : !view.supervised ? t("room.unsupervised")
      : t(this.#recorders.size > 0 || view.party !== "officer" ? "room.supervised" : "room.notRecording"));
  }
}

function reasonOf(how: "cut" | "ended", reason: string): string {
  const group = how === "cut" ? "CutReason" : "EndReason";
  return hasWord(group, reason) ? word(group, reason) : t(reason === "left" ? "room.reason.left" : "room.reason.other");
}
