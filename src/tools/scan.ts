import { CaptureFile } from '../captures/capture-file.ts';
import { CaptureError } from '../captures/packet.ts';
import { faultText } from './recording-report.ts';

/** Counts the well-formed records of a recording; -1 when it cannot be read to its end, and `warn` hears why. */
export async function countRecords(path: string, compat: boolean, warn: (text: string) => void): Promise<number> {
  let capture: CaptureFile | undefined;
  try {
    capture = await CaptureFile.open(path, { compat });
  } catch (error) {
    if (error instanceof CaptureError) warn(error.message);
    return -1;
  }
  if (capture === undefined) return -1;
  let count = 0;
  try {
    for await (const { records, fault } of capture.batches()) {
      count += records.length;
      if (fault === undefined) continue;
      warn(faultText(fault, count));
      if (fault.kind === 'cut') warn('broken or truncated adhoc file');
      return -1;
    }
  } finally {
    await capture.close();
  }
  return count;
}
