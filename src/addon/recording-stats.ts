import { loadNative } from './loader.ts';
import type { NativeRecordingStats } from './recording-types.ts';

export type { NativeRecordingStats, RecordingFigures } from './recording-types.ts';

/** Numbers of a packet in a row for `NativeRecordingStats.add`. */
export const PACKET_COLUMNS = 6;

/** The analysis of a recording that has no packet yet. */
export function recordingStats(): NativeRecordingStats {
  return new (loadNative().NativeRecordingStats)();
}
