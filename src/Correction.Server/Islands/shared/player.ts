/** Runs a clock through time, as many times as fast as the real one, once per frame of the screen. */
export class Player {
  #frame = 0;
  readonly #speed: () => number;
  readonly #step: (milliseconds: number) => void;

  /** @param step takes the clock on; who sees its end stops the player. */
  constructor(speed: () => number, step: (milliseconds: number) => void) {
    this.#speed = speed;
    this.#step = step;
  }

  get playing(): boolean {
    return this.#frame !== 0;
  }

  toggle(): void {
    if (this.playing) this.stop();
    else this.#play();
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #play(): void {
    let before = performance.now();
    const tick = (now: number) => {
      const passed = (now - before) * this.#speed();
      before = now;
      this.#frame = requestAnimationFrame(tick);
      this.#step(passed);
    };
    this.#frame = requestAnimationFrame(tick);
  }
}
