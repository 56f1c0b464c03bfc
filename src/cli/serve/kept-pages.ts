// The pages that were made last, so that they are made once for each board. PERF: an overview of 200 benchmarks takes 75 ms.
import type { SitePage } from '../../dashboard/render-page.js';

const mostPages = 64;
/** Of all pages together. WHY: an address may ask for a page of any length, and the memory of a server is flat. */
const mostCharacters = 8_000_000;

export class KeptPages {
  readonly #pages = new Map<string, SitePage>();
  #version = '';
  #characters = 0;

  /** The page of an address; `make` is asked where it is not there. */
  async get(
    address: string,
    version: string,
    make: () => Promise<SitePage | undefined>,
  ): Promise<SitePage | undefined> {
    if (version !== this.#version) this.#forget(version);
    const found = this.#pages.get(address);
    if (found !== undefined) return found;
    const made = await make();
    if (made !== undefined && version === this.#version) this.#keep(address, made);
    return made;
  }

  #forget(version: string): void {
    this.#version = version;
    this.#pages.clear();
    this.#characters = 0;
  }

  #keep(address: string, page: SitePage): void {
    if (page.text.length > mostCharacters || this.#pages.has(address)) return;
    this.#pages.set(address, page);
    this.#characters += page.text.length;
    for (const [oldest, { text }] of this.#pages) {
      if (this.#pages.size <= mostPages && this.#characters <= mostCharacters) return;
      this.#pages.delete(oldest);
      this.#characters -= text.length;
    }
  }
}
