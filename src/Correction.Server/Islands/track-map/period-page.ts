// <period-page><form>…</form><period-map>…</period-map><p data-part="summary">…</p></period-page>: another period comes onto
// the map that is open already, since opening a map takes longer than reading a year. Where that cannot be done, the form is sent.
import { setAttribute } from "../shared/dom";
import { PeriodMap } from "./track-map";

export class PeriodPage extends HTMLElement {
  #asking: AbortController | null = null;
  readonly #returned = (): void => location.reload(); // the address has changed back: its page is read anew

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
    const map = this.querySelector("period-map");
    if (map) setAttribute(map, "data-drawn", null);
    setAttribute(this, "aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: asking.signal });
      const page = answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      if (!page || !this.#take(page, map)) return void location.assign(address);
      history.pushState(null, "", address);
      setAttribute(this, "aria-busy", null);
    } catch (error) {
      if (!asking.signal.aborted) location.assign(address);
      else console.debug(error);
    }
  }

  /** False where either page has no map: nothing of this one has changed then. */
  #take(page: Document, map: Element | null): boolean {
    const next = page.querySelector("period-map");
    if (!(map instanceof PeriodMap) || !next || !map.take(next)) return false;
    for (const part of this.querySelectorAll("[data-part]")) {
      part.replaceWith(page.querySelector(`[data-part="${part.getAttribute("data-part")}"]`) ?? "");
    }
    return true;
  }
}
