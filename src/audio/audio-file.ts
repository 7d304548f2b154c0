import { type FileHandle, open } from 'node:fs/promises';
import { type AudioFormat, isOwnFormat } from './formats.ts';
import { isFloat, LAYOUTS, type Layout } from './headers.ts';
import { PeakMeter } from './peaks.ts';
import { type SampleEncoding, sampleEncoding } from './sample-encoding.ts';

/** Takes the samples of an audio file. */
export interface AudioSink {
  /** Whole frames of 16-bit samples, channels side by side. @throws the system's errors, such as ENOSPC */
  write(samples: Int16Array): Promise<void>;
  /** Writes what a header says in the end, and closes the file. @throws the system's errors */
  close(): Promise<void>;
  /** Closes the file as it is. */
  abandon(): Promise<void>;
}

/** Puts bytes where an audio file goes. */
interface ByteSink {
  readonly canRewrite: boolean;
  append(bytes: Buffer): Promise<void>;
  rewriteStart(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** An audio file whose format this package writes by itself. */
export class AudioFile implements AudioSink {
  readonly #bytes: ByteSink;
  readonly #format: AudioFormat;
  readonly #layout: Layout;
  readonly #encoding: SampleEncoding;
  /** Undefined: the header does not tell peaks. */
  readonly #meter: PeakMeter | undefined;
  #dataBytes = 0;

  private constructor(bytes: ByteSink, format: AudioFormat, layout: Layout, encoding: SampleEncoding) {
    this.#bytes = bytes;
    this.#format = format;
    this.#layout = layout;
    this.#encoding = encoding;
    this.#meter = isFloat(format) ? new PeakMeter(format.channels) : undefined;
  }

  /** Begins a file; undefined when its format needs a library. @throws the system's errors */
  static async create(target: string | NodeJS.WritableStream, format: AudioFormat): Promise<AudioFile | undefined> {
    const layout = isOwnFormat(format) ? LAYOUTS[format.container] : undefined;
    const encoding = layout && sampleEncoding(format.encoding, layout.littleEndian);
    if (layout === undefined || encoding === undefined) return undefined;
    const bytes = typeof target === 'string' ? new FileBytes(await open(target, 'w')) : new StreamBytes(target);
    const file = new AudioFile(bytes, format, layout, encoding);
    try {
      await bytes.append(file.#header(!bytes.canRewrite));
    } catch (error) {
      await bytes.close();
      throw error;
    }
    return file;
  }

  async write(samples: Int16Array): Promise<void> {
    this.#meter?.add(samples);
    const bytes = this.#encoding.encode(samples);
    await this.#bytes.append(bytes);
    this.#dataBytes += bytes.length;
  }

  async close(): Promise<void> {
    const padding = this.#layout.padding(this.#dataBytes);
    if (padding > 0) await this.#bytes.append(Buffer.alloc(padding));
    if (this.#bytes.canRewrite) await this.#bytes.rewriteStart(this.#header(false));
    await this.#bytes.close();
  }

  async abandon(): Promise<void> {
    await this.#bytes.close();
  }

  #header(endless: boolean): Buffer {
    const frames = this.#dataBytes / (this.#encoding.width * this.#format.channels);
    const contents = { dataBytes: this.#dataBytes, frames, peaks: this.#meter?.peaks ?? [] };
    return this.#layout.header(this.#format, this.#encoding.width, endless ? undefined : contents);
  }
}

class FileBytes implements ByteSink {
  readonly canRewrite = true;
  readonly #file: FileHandle;
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async append(bytes: Buffer): Promise<void> {
    await this.#write(bytes, this.#at);
    this.#at += bytes.length;
  }

  async rewriteStart(bytes: Buffer): Promise<void> {
    await this.#write(bytes, 0);
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** A stream that goes on after the audio, such as standard output. */
class StreamBytes implements ByteSink {
  readonly canRewrite = false;
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  async append(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async rewriteStart(): Promise<void> {}

  async close(): Promise<void> {}
}
