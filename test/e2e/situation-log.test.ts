import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { whyNoNetworks } from './support/network-namespace.ts';
import type { Place } from './support/situation/addresses.ts';
import { every, type RtpStream, type Situation, type Situations, speech } from './support/situation/situation.ts';
import { Stage } from './support/situation/stage.ts';

// Somebody hears nothing: the log at INFO tells the operator where packets come from, also those that are refused
// (sipwise/rtpengine#238: 'one-way audio, what now'). Without root rights this is skipped; CI has to have them.

const LOGGED_MS = 2000;
const BEHIND_NAT: Place = '192.168.1.5:5004';
const PACKETS = 90;

function caller(signalled: Place, rest: Partial<RtpStream> = {}): Situation {
  return {
    report: 'sipwise/rtpengine#238',
    caller: signalled,
    callee: 'carrier.5:6000',
    parties: { phone: { at: 'home.20:41000', leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
    rtp: [{ from: 'phone', at: every(20, 200, 200 + 20 * PACKETS), ...rest }],
    counted: [],
  };
}

function each(of: (packet: number) => number): number[] {
  return Array.from({ length: PACKETS }, (_, i) => of(i));
}

const SITUATIONS: Situations = {
  'a constant sequence number': caller(BEHIND_NAT, { seq: 0, seqStep: 0 }),
  'two SSRCs in turn': caller(BEHIND_NAT, {
    ssrc: each((i) => 0xa1 + (i % 2)),
    seq: each((i) => 100 + Math.floor(i / 2)),
    payloadType: 96,
  }),
  'a carrier with other addresses for media': caller('elsewhere.9:5004'),
  'two phones that are found': {
    ...caller(BEHIND_NAT),
    callee: 'carrier.5:6002',
    rtp: [speech('phone', 200, 2000), speech('callee', 200, 2000)],
  },
};

/** `source` is `ADDRESS:PORT`; not the beginning of another port. */
function names(line: string, source: string): boolean {
  return line.split(/[^\w.:[\]]+/).some((word) => word === source || word === `${source}:` || word === `${source}.`);
}

const obstacle = whyNoNetworks();
const skip = obstacle !== undefined && process.env.CI !== 'true' ? obstacle : false;

test('the log names the source of media', { skip, concurrency: Object.keys(SITUATIONS).length }, async (t) => {
  if (obstacle !== undefined) assert.fail(`call situations need network namespaces: ${obstacle}`);
  const stage = await Stage.open(t, ['guarded']);
  const linesOf = async (callId: string) => {
    const [log = ''] = await stage.logs();
    return log.split('\n').filter((line) => line.includes(`:${callId}:`));
  };
  await Promise.all(
    Object.entries(SITUATIONS).map(([title, situation]) =>
      t.test(title, async () => {
        const [call] = (await stage.play(situation)).calls;
        assert.ok(call);
        const { callId, sources } = call;
        // The report of a call comes some time after its end, and it may be what names the source.
        const ended = async () => (await linesOf(callId)).some((line) => line.endsWith('is cleaned up'));
        await until(ended, LOGGED_MS, 'end of the session in the log');
        const lines = await linesOf(callId);
        for (const source of sources) {
          assert.ok(
            lines.some((line) => names(line, source)),
            `no line names ${source}:\n${lines.join('\n')}`,
          );
        }
      }),
    ),
  );
});
