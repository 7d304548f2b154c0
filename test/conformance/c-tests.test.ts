import { test } from 'node:test';
import { type CTestRun, runCTest } from './c-tree.ts';

/** A built tree of the C daemon; PATH and PYTHONPATH have what its tests need (CONTRIBUTING.md). */
const TREE = process.env.CREF_TREE;

/** Three daemons start at once there, and two send a second later: two seconds more for programs that start slower than C's. */
const LATER_MEDIA: CTestRun['edits'] = [
  ['forwarding/forwarding1', '\n  sleep 1\n', '\n  sleep 3\n'],
  ['forwarding/forwarding1', '\n  sleep 30\n', '\n  sleep 32\n'],
];

const TESTS: readonly (readonly [name: string, run?: CTestRun])[] = [
  ['startstop/goodargs'],
  // It expects that what root may do is refused.
  ['startstop/badargs', { unprivileged: true }],
  // Without the modules that this build has not.
  ['startstop/startstop1', { edits: [['startstop/startstop1', ' dtls_gw_debug ice_lite_debug', '']] }],
  ['startstop/nodebug', { edits: [['startstop/nodebug', ' dtls_gw ice_lite', '']] }],
  ['basic_versions/basic_versions1'],
  ['command_parser/command_parser1'],
  // It advertises what is no address; this daemon wants one (docs/compatibility.md).
  ['command_parser/address_binding', { edits: [['command_parser/address_binding.rptl', '1:2:3', '1:2::3']] }],
  ['command_parser/ul_subc'],
  ['acct_rtcp_hep/confval1'],
  ['acct_rtcp_hep/basic'],
  ['catch_dtmf/basic'],
  // It tries each list of codecs up to ten times, as packets and commands race there.
  ...['guarded', 'compat'].map(
    (latch) => ['forwarding/forwarding1_robust', { args: [`--latch=${latch}`], edits: LATER_MEDIA }] as const,
  ),
  // All at once, as C does, eight daemons are too slow for the packets that come a second after the start.
  ...[
    'files',
    'singlefile',
    'singlefile_c',
    'stopall',
    'files_stophalf',
    'singlefile_stophalf',
    'remote',
    'remote_p',
  ].map((part) => ['recording/basic', { env: { SUB_TESTS: part } }] as const),
  ['playback/playback1'],
  ['session_timeouts/set_ttl'],
  ['session_timeouts/notify_tcp'],
  ['session_timeouts/notify_tcp_wild'],
  ['session_timeouts/notify_unix'],
  ...['makeann/makeann1', 'extractaudio/badargs', 'extractaudio/scan', 'extractaudio/extractaudio1'].map(ofTools),
  ...['rtp_analyze/rtp_analyze1', 'rtp_analyze/truncated'].map(ofTools),
];

function ofTools(name: string): readonly [string, CTestRun] {
  return [name, { tools: 'own' }];
}

for (const [name, run = {}] of TESTS) {
  const how = [...(run.args ?? []), run.env?.SUB_TESTS ?? ''].join(' ').trim();
  const skip = TREE === undefined && 'CREF_TREE names no tree of the C daemon';
  test(`the C daemon's own tests: ${name} ${how}`, { skip }, (t) => runCTest(t, TREE ?? '', name, run));
}
