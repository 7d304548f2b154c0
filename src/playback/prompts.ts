import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FileLane } from '../files/file-lane.ts';

/** Longest prompt: two hours of G.711. */
const MAX_PROMPT = 64 * 1024 * 1024;
/** All prompts in memory, those of running players included. */
const MAX_TOTAL = 256 * 1024 * 1024;
// O_NONBLOCK: opening a named pipe must not wait for a writer.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Where prompts are kept for the players; the engine. */
export interface PromptStore {
  addPrompt(data: Uint8Array): number;
  dropPrompt(prompt: number): void;
}

/** A prompt file as the engine has it. */
export interface Prompt {
  /** The engine's number. */
  readonly id: number;
  readonly size: number;
}

/** Which file, and in which state, a prompt was read from. */
interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

interface Entry extends Prompt {
  readonly identity: Identity;
  players: number;
  /** The file has changed since: kept only for those who play it. */
  outdated: boolean;
}

/**
 * Prompt files in memory: read at first use, kept while there is room, and read again when they have changed. What is
 * played does not change meanwhile. Files are looked at one after the other.
 */
export class Prompts {
  readonly #store: PromptStore;
  /** By path, the one used last at the end. */
  readonly #entries = new Map<string, Entry>();
  readonly #lane = new FileLane(1);
  #total = 0;

  constructor(store: PromptStore) {
    this.#store = store;
  }

  /** Bytes held for the players, in all. */
  get total(): number {
    return this.#total;
  }

  /**
   * The prompt in the file at `path`, Latin-1 text of its bytes, relative to the working directory. `release` must follow
   * when its player has ended. Undefined: the file cannot be read, or is too large.
   */
  async acquire(path: string): Promise<Prompt | undefined> {
    try {
      return await this.#lane.run(() => this.#look(path));
    } catch {
      return undefined;
    }
  }

  /** A player of the prompt has ended. */
  release(prompt: Prompt): void {
    const entry = prompt as Entry;
    entry.players--;
    if (entry.outdated && entry.players === 0) this.#drop(entry);
  }

  async #look(path: string): Promise<Entry | undefined> {
    const file = await open(Buffer.from(path, 'latin1'), OPEN_FLAGS);
    try {
      const entry = await this.#entry(path, file);
      if (entry !== undefined) entry.players++;
      return entry;
    } finally {
      await file.close().catch(() => undefined);
    }
  }

  async #entry(path: string, file: FileHandle): Promise<Entry | undefined> {
    const stat = await file.stat({ bigint: true });
    if (!stat.isFile() || stat.size > MAX_PROMPT) return undefined;
    const { dev, ino, size, mtimeNs } = stat;
    const identity = { dev, ino, size, mtimeNs };
    const known = this.#entries.get(path);
    this.#entries.delete(path);
    if (known !== undefined && isSame(known.identity, identity)) {
      this.#entries.set(path, known);
      return known;
    }
    if (known !== undefined) this.#retire(known);
    const data = await read(file, Number(size));
    if (!this.#makeRoom(data.length)) return undefined;
    const entry = { id: this.#store.addPrompt(data), size: data.length, identity, players: 0, outdated: false };
    this.#total += data.length;
    this.#entries.set(path, entry);
    return entry;
  }

  #makeRoom(size: number): boolean {
    for (const [path, entry] of this.#entries) {
      if (this.#total + size <= MAX_TOTAL) break;
      if (entry.players > 0) continue;
      this.#entries.delete(path);
      this.#drop(entry);
    }
    return this.#total + size <= MAX_TOTAL;
  }

  #retire(entry: Entry): void {
    entry.outdated = true;
    if (entry.players === 0) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    this.#store.dropPrompt(entry.id);
    this.#total -= entry.size;
  }
}

function isSame(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

/** At most `size` bytes: a file that is being cut meanwhile has fewer. */
async function read(file: FileHandle, size: number): Promise<Buffer> {
  const data = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(data, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return data.subarray(0, length);
}
