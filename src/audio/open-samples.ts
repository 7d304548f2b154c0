import { ByteSource } from './byte-source.ts';
import { RawSamples, type SampleSource } from './sample-source.ts';
import { isWav } from './wav-header.ts';
import { WavSamples } from './wav-samples.ts';

/**
 * Opens the samples of a prompt: of a WAV file, and of any other 16-bit little-endian ones of 8 kHz. `raw`: a WAV file's header
 * is taken for samples, too.
 *
 * @throws WavError, and the system's errors
 */
export async function openSamples(path: string, raw: boolean): Promise<SampleSource> {
  const source = await ByteSource.open(path);
  try {
    return !raw && (await isWav(source)) ? await WavSamples.open(source) : new RawSamples(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}
