const KEY = 'rtpproxy-theme';
const DARK = '(prefers-color-scheme: dark)';

/** Dark or light: as the system has it, until somebody chooses. */
export class Theme {
  #chosen = readChoice();

  constructor(changed: () => void) {
    matchMedia(DARK).addEventListener('change', changed);
    this.#show();
  }

  get dark(): boolean {
    return this.#chosen === undefined ? matchMedia(DARK).matches : this.#chosen === 'dark';
  }

  toggle(): void {
    this.#chosen = this.dark ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, this.#chosen);
    } catch {
      // A browser that stores nothing: the choice holds until the page is left.
    }
    this.#show();
  }

  #show(): void {
    if (this.#chosen !== undefined) document.documentElement.dataset.theme = this.#chosen;
  }
}

function readChoice(): 'dark' | 'light' | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'dark' || stored === 'light' ? stored : undefined;
  } catch {
    return undefined;
  }
}
