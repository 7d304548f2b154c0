import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type NativeCodecs, type NativeSoundFile, nativeCodecs, SNDFILE_LIBRARY } from '../addon/codecs.ts';
import type { AudioSink } from './audio-file.ts';
import { type AudioFormat, CONTAINERS, ENCODINGS } from './formats.ts';

/** An audio file by libsndfile. */
export class LibraryFile implements AudioSink {
  readonly #file: NativeSoundFile;

  private constructor(file: NativeSoundFile) {
    this.#file = file;
  }

  /**
   * Begins a file; undefined when the library is missing or does not write such files. Whether it does shows only when one
   * is opened, which empties it: so that is tried elsewhere first.
   *
   * @throws Error when the file cannot be opened
   */
  static async create(file: string, format: AudioFormat): Promise<LibraryFile | undefined> {
    const native = nativeCodecs(SNDFILE_LIBRARY);
    const number = sndfileFormat(format);
    if (native?.knowsSoundFormat(number, format.channels) !== true) return undefined;
    if (!(await canWrite(native, number, format.channels))) return undefined;
    const output = new native.NativeSoundFile();
    check(output.open(file, number, format.channels));
    return new LibraryFile(output);
  }

  async write(samples: Int16Array): Promise<void> {
    check(this.#file.write(samples));
  }

  async close(): Promise<void> {
    check(this.#file.close());
  }

  async abandon(): Promise<void> {
    this.#file.close();
  }
}

function sndfileFormat({ container, encoding }: AudioFormat): number {
  const numberOf = (list: readonly { readonly name: string; readonly sndfile: number }[], wanted: string): number =>
    list.find(({ name }) => name === wanted)?.sndfile ?? 0;
  return numberOf(CONTAINERS, container) | numberOf(ENCODINGS, encoding);
}

async function canWrite(native: NativeCodecs, format: number, channels: number): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'audio-format-'));
  try {
    const probe = new native.NativeSoundFile();
    if (probe.open(path.join(folder, 'probe'), format, channels) !== '') return false;
    probe.close();
    return true;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function check(failure: string): void {
  if (failure !== '') throw new Error(failure);
}
