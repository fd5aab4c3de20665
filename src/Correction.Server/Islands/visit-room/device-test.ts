// Before the visit: camera, microphone, network. What is found is said in plain words; nothing leaves the device.
import { h, setText } from "../shared/dom";
import { t } from "../shared/i18n";

const roundTrips = 4;
/** Below this a call is smooth; above the next it is hardly one. Milliseconds. */
const [good, bearable] = [250, 900];

export class DeviceTest {
  readonly #picture = h("video", { autoplay: true, playsinline: true, muted: true, "aria-label": t("room.test.own") });
  readonly #camera = h("li", null);
  readonly #sound = h("meter", { min: 0, max: 1, low: 0.02, "aria-label": t("room.test.level") });
  readonly #microphone = h("li", null);
  readonly #network = h("li", null);
  readonly element = h("div", { class: "room-test" }, this.#picture,
    h("div", { role: "status" }, h("ul", null, this.#camera, this.#microphone, this.#network)), h("p", null, t("room.test.speak"), " ", this.#sound));
  #level = 0;

  /** The picture and sound of this device; null where there is none, or none may be used. */
  async open(): Promise<MediaStream | null> {
    for (const item of [this.#camera, this.#microphone, this.#network]) this.#mark(item, "busy", t("room.test.busy"));
    const [stream] = await Promise.all([this.#devices(), this.#measure()]);
    return stream;
  }

  close(): void {
    window.clearInterval(this.#level);
    this.#picture.srcObject = null;
  }

  async #devices(): Promise<MediaStream | null> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true }, video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20 } },
      });
      this.#picture.srcObject = stream;
      this.#mark(this.#camera, "good", t("room.test.cameraGood"));
      this.#listen(stream);
      return stream;
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      this.#mark(this.#camera, "bad", t(denied ? "room.test.denied" : "room.test.cameraBad"));
      this.#mark(this.#microphone, "bad", t(denied ? "room.test.denied" : "room.test.microphoneBad"));
      return null;
    }
  }

  #listen(stream: MediaStream): void {
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#mark(this.#microphone, "busy", t("room.test.speakNow"));
    this.#level = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
      this.#sound.value = Math.min(1, level * 4);
      if (level > 0.01) this.#mark(this.#microphone, "good", t("room.test.microphoneGood"));
    }, 150);
  }

  async #measure(): Promise<void> {
    try {
      const times: number[] = [];
      for (let i = 0; i < roundTrips; i++) {
        const started = performance.now();
        await fetch("/health/live", { cache: "no-store" });
        times.push(performance.now() - started);
      }
      const time = Math.min(...times.slice(1));
      this.#mark(this.#network, time < bearable ? "good" : "bad", t(time < good ? "room.test.networkGood" : time < bearable ? "room.test.networkWeak" : "room.test.networkBad"));
    } catch {
      this.#mark(this.#network, "bad", t("api.network"));
    }
  }

  #mark(item: Element, state: "busy" | "good" | "bad", text: string): void {
    item.setAttribute("data-state", state);
    setText(item, text);
  }
}
