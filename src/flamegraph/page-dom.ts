// The little of a browser that the page uses. Types only.

export interface PageElement {
  textContent: string;
  value: string;
  checked: boolean;
  disabled: boolean;
  hidden: boolean;
  id: string;
  className: string;
  scope: string;
  width: number;
  height: number;
  scrollTop: number;
  readonly tagName: string;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly offsetWidth: number;
  readonly offsetHeight: number;
  readonly style: Record<string, string>;
  append(...children: (PageElement | string)[]): void;
  replaceChildren(...children: (PageElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  addEventListener(event: string, listener: (event: PageEvent) => void): void;
  getBoundingClientRect(): { readonly left: number; readonly top: number };
  getContext(kind: '2d'): Pencil;
  focus(): void;
  select(): void;
}

export interface PageEvent {
  readonly key: string;
  readonly clientX: number;
  readonly clientY: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: PageElement;
  preventDefault(): void;
}

export interface Pencil {
  fillStyle: string;
  strokeStyle: string;
  font: string;
  globalAlpha: number;
  lineWidth: number;
  textBaseline: string;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  save(): void;
  restore(): void;
  beginPath(): void;
  rect(x: number, y: number, width: number, height: number): void;
  clip(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
}

export interface PageWindow {
  readonly document: {
    readonly documentElement: PageElement;
    getElementById(id: string): PageElement;
    createElement(name: string): PageElement;
    addEventListener(event: string, listener: (event: PageEvent) => void): void;
  };
  readonly devicePixelRatio: () => number;
  readonly innerHeight: () => number;
  /** The value of a custom property of the page's style. */
  colorOf(name: string): string;
  matchMedia(query: string): { addEventListener(event: string, listener: () => void): void };
  addEventListener(event: string, listener: () => void): void;
}
