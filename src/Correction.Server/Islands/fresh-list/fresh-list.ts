// <fresh-list id="…" data-unfinished>: a list of what is still going on. While the page says so, it asks for the page again
// and takes its own content from it; where the focus was, it stays.
const period = 2_000;

export class FreshList extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#wait();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.hasAttribute("data-unfinished")) this.#timer = window.setTimeout(() => void this.#ask(), period);
  }

  async #ask(): Promise<void> {
    const fresh = await read(this.id);
    if (fresh) {
      const held = this.contains(document.activeElement) ? document.activeElement?.getAttribute("value") : null;
      this.replaceChildren(...fresh.childNodes);
      this.toggleAttribute("data-unfinished", fresh.hasAttribute("data-unfinished"));
      if (held) this.querySelector<HTMLElement>(`button[value="${CSS.escape(held)}"]`)?.focus();
    }
    if (this.isConnected) this.#wait();
  }
}

/** The element as the page has it now; null where the page does not come, or is another: one is signed out, say. */
async function read(id: string): Promise<Element | null> {
  try {
    const answer = await fetch(location.pathname);
    return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id) : null;
  } catch {
    return null; // no network just now
  }
}
