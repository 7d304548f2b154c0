import { AudioFile, type AudioSink } from './audio-file.ts';
import type { AudioFormat } from './formats.ts';
import { LibraryFile } from './library-file.ts';

/** Begins an audio file, by ourselves or by libsndfile; undefined when neither writes such files. @throws Error */
export async function createAudioFile(
  target: string | NodeJS.WritableStream,
  format: AudioFormat,
): Promise<AudioSink | undefined> {
  const own = await AudioFile.create(target, format);
  return own ?? (typeof target === 'string' ? LibraryFile.create(target, format) : undefined);
}
