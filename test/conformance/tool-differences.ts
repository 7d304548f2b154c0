import { G729_LIBRARY, GSM_LIBRARY, SNDFILE_LIBRARY } from '../../src/addon/codecs.ts';
import { differences, type ToolCase, toolCases } from './tool-vectors.ts';

/**
 * Cases that show what is better than in the C tools on purpose, and not with --compat: IPv6 in pcap recordings is decoded, a
 * wrong key is an error, kinds of pcap that are not read are named, also VLANs, WAV files are read as such.
 */
export const BETTER: ReadonlySet<string> = new Set([
  ...['scan', 'mono', 'stereo', 'nosync'].flatMap((way) => [`extract-pcap-eth6-${way}`, `extract-pcap-null6-${way}`]),
  ...['scan', 'as-a', 'as-b-stereo'].map((way) => `extract-pcap-mixed46-${way}`),
  ...['scan', 'mono', 'stereo', 'stereo-au', 'nosync'].map((way) => `extract-daemon-pcap6-sep-${way}`),
  ...['extract-daemon-pcap6-sep-rtcp-scan', 'extract-daemon-pcap6-sep-rtcp-extract'],
  ...['key', 'suite', 'suite2', 'key-delete-e'].map((what) => `extract-srtp-wrong-${what}`),
  ...['bigendian-scan', 'bigendian', 'nsec-scan', 'nsec'].map((what) => `extract-pcap-${what}`),
  ...['scan', 'as-a', 'as-b-stereo'].map((way) => `extract-pcap-pcapng-${way}`),
  'extract-pcap-vlan',
  ...['makeann-wav-as-raw', 'makeann-wav16k-as-raw'],
]);

/** Libraries of the system that cases need. */
export const LIBRARIES = [GSM_LIBRARY, G729_LIBRARY, SNDFILE_LIBRARY];

/** Of the cases of a tool without quirks those that do something else, and what. `without`: files that are not expected. */
export async function failures(
  tool: ToolCase['tool'],
  wanted: (each: ToolCase) => boolean,
  without: readonly string[],
): Promise<{ readonly cases: number; readonly failed: readonly string[] }> {
  const cases = toolCases().filter((each) => each.tool === tool && each.quirk === undefined && wanted(each));
  const failed: string[] = [];
  for (const each of cases) {
    const found = await differences(each, [], without);
    const isBetter = BETTER.has(each.name);
    if (isBetter && found.length === 0)
      failed.push(`${each.name}: as the C tool, though it is in the list of those that are not`);
    const left = isBetter ? await differences(each, ['--compat'], without) : found;
    if (left.length > 0) failed.push(`${each.name}: ${left.join('\n  ')}`);
  }
  return { cases: cases.length, failed };
}
