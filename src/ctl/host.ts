/** A terminal that is drawn on and read keys from. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Calls back for each key, and when the terminal has another size, until what comes back is called. */
  listen(onKey: (key: string) => void, onResize: () => void): () => void;
}

/** What rtpp-ctl needs from the process that it runs in. */
export interface CtlHost {
  /** Text of Latin-1 for standard output. */
  out(text: string): void;
  err(text: string): void;
  /** Undefined when standard output is none. */
  readonly terminal: Terminal | undefined;
  /** Somebody wants it to end. */
  readonly signal: AbortSignal;
}
