import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { IPV6_ADDRESSES, recordGolden } from './support/golden-recording.ts';
import { type RecordedFile, readRecording, udpChecksum } from './support/recording-file.ts';

// Recordings of the C daemon (media.md 6.5): ours of the same call are equal byte for byte, but for times, and for the
// UDP checksums over IPv6, which are wrong there.

const FIXTURES = fileURLToPath(new URL('../fixtures/media/recording', import.meta.url));
const PROGRAM = fileURLToPath(new URL('support/golden-recording.ts', import.meta.url));
const SETS = ['adhoc_v4', 'pcap_sep_v4', 'pcap_single_v4', 'adhoc_v6', 'pcap_sep_v6', 'pcap_single_v6'];
const ONE_HOST = '::1';
const IPV6_SETUP = IPV6_ADDRESSES.map((address) => `ip addr add ${address} dev lo nodad`);

const namespaces = canUnshare();

/** Every byte of the recording with those that may differ as 0. */
function masked(file: RecordedFile, oneHost: boolean): string[] {
  return [file.header, ...file.records.map((record) => mask(record, oneHost))].map((bytes) => bytes.toString('hex'));
}

function mask(record: RecordedFile['records'][number], oneHost: boolean): Buffer {
  const bytes = Buffer.from(record.bytes);
  bytes.fill(0, record.time.from, record.time.to);
  if (record.checksum !== undefined && record.version === 6) bytes.fill(0, record.checksum, record.checksum + 2);
  if (oneHost) for (const { from, to } of record.addresses) bytes.fill(0, from, to);
  return bytes;
}

for (const set of SETS) {
  test(`${set} is recorded as by the C daemon`, async (t) => {
    const started = Date.now() / 1000;
    const directory = temporaryDirectory(t);
    const oneHost = set.endsWith('_v6') && !namespaces;
    if (namespaces) await runInNamespace(IPV6_SETUP, PROGRAM, [set, directory]);
    else await recordGolden(t, set, directory, oneHost ? ONE_HOST : undefined);

    const names = readdirSync(join(FIXTURES, set)).sort();
    assert.deepEqual(readdirSync(directory).sort(), names);
    for (const name of names) {
      const ours = readRecording(readFileSync(join(directory, name)), set.startsWith('pcap'));
      const theirs = readRecording(readFileSync(join(FIXTURES, set, name)), set.startsWith('pcap'));
      assert.deepEqual(masked(ours, oneHost), masked(theirs, oneHost), name);
      let before = started - 1;
      for (const record of ours.records) {
        assert.ok(record.seconds >= before && record.seconds < started + 60, `time of arrival in ${name}`);
        before = record.seconds;
        if (record.checksum !== undefined) assert.equal(udpChecksum(record), 0, `UDP checksum in ${name}`);
      }
    }
  });
}
