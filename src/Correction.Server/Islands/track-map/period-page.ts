// <period-page><form>…</form><period-map>…</period-map><p data-part="summary">…</p></period-page>: another period comes onto
// the map that is open already, since opening a map takes longer than reading a year. Where that cannot be done, the form is sent.
import { setAttribute } from "../shared/dom";
import { PeriodMap } from "./track-map";

export class PeriodPage extends HTMLElement {
  #asking: AbortController | null = null;
  #shown = location.search;

  /** Back to another period: its page is read anew. A link within the page changes no period. */
  readonly #returned = (): void => {
    if (location.search !== this.#shown) location.reload();
  };

  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      event.preventDefault();
      void this.#show(`${form.action}?${new URLSearchParams(new FormData(form) as never).toString()}`);
    });
    window.addEventListener("popstate", this.#returned);
  }

  disconnectedCallback(): void {
    window.removeEventListener("popstate", this.#returned);
  }

  async #show(address: string): Promise<void> {
    this.#asking?.abort();
    const asking = this.#asking = new AbortController();
    setAttribute(this, "aria-busy", "true");
    const taken = await this.#ask(address, asking.signal);
    if (asking.signal.aborted) return;
    setAttribute(this, "aria-busy", null);
    if (!taken) return location.assign(address);
    history.pushState(null, "", address);
    this.#shown = location.search;
  }

  /** Whether the period stands on the map that is open. */
  async #ask(address: string, signal: AbortSignal): Promise<boolean> {
    const map = this.querySelector("period-map");
    if (map) setAttribute(map, "data-drawn", null);
    try {
      const answer = await fetch(address, { signal });
      return answer.ok && !answer.redirected && this.#take(new DOMParser().parseFromString(await answer.text(), "text/html"), map);
    } catch (error) {
      console.warn(error);
      return false;
    }
  }

  /** False where either page has no map: nothing of this one has changed then. */
  #take(page: Document, map: Element | null): boolean {
    const next = page.querySelector("period-map");
    if (!(map instanceof PeriodMap) || !next || !map.take(next)) return false;
    for (const part of this.querySelectorAll("[data-part]")) {
      part.replaceChildren(...(page.querySelector(`[data-part="${part.getAttribute("data-part")}"]`)?.childNodes ?? [])); // a region that is read out stays
    }
    return true;
  }
}
