import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { atEnd } from '../helpers/cleanup.ts';
import { udpClient } from '../helpers/control-client.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { until, within } from '../helpers/deadline.ts';

const STALL_MODULE = new URL('../helpers/stall-on-signal.mjs', import.meta.url).href;
/** Milliseconds; the stall lasts 500. */
const AT_ONCE = 200;

test('while the JavaScript thread is busy, V and repeated commands are answered', async (t) => {
  const port = await freeUdpPort('127.0.0.1');
  const daemon = await startDaemon(t, ['-s', `udp:127.0.0.1:${port}`, '-l', '127.0.0.1'], {
    env: { NODE_OPTIONS: `--import=${STALL_MODULE}` },
  });
  const client = createSocket('udp4');
  atEnd(t, () => void client.close());
  const ask = async (text: string): Promise<{ reply: string; ms: number }> => {
    const begin = performance.now();
    const answered = once(client, 'message');
    client.send(text, port, '127.0.0.1');
    const [reply] = await within(answered, 5000, `reply to ${text}`);
    return { reply: String(reply), ms: performance.now() - begin };
  };
  const first = await ask('c1 U busy 127.0.0.1 4000 from');
  assert.match(first.reply, /^c1 \d+ 127\.0\.0\.1\n$/);

  process.kill(daemon.pid, 'SIGWINCH');
  await until(() => daemon.stderr().includes('stalling\n'), 5000, 'begin of the stall');
  // New and for the thread that is busy: its reply comes when the stall is over.
  const late = ask('c2 I');
  const quick = createSocket('udp4');
  atEnd(t, () => void quick.close());
  const latencies: number[] = [];
  for (const [i, [text, reply]] of [
    ['V', '20040107\n'],
    ['VF 20081102', '1\n'],
    ['VF 20081224', '0\n'],
    ['c1', first.reply.slice(3)],
  ].entries()) {
    const cookie = text === 'c1' ? 'c1' : `q${i}`;
    const begin = performance.now();
    const answered = once(quick, 'message');
    quick.send(text === 'c1' ? 'c1 U busy 127.0.0.1 4000 from' : `${cookie} ${text}`, port, '127.0.0.1');
    const [datagram] = await within(answered, 5000, `reply to ${text}`);
    latencies.push(performance.now() - begin);
    assert.equal(String(datagram), `${cookie} ${reply}`);
  }
  assert.match((await late).reply, /^c2 sessions created: 1\n/);
  await until(() => /^stalled /m.test(daemon.stderr()), 5000, 'end of the stall');
  t.diagnostic(`answered in ${latencies.map((ms) => ms.toFixed(1)).join(', ')} ms`);
  for (const ms of latencies) assert.ok(ms < AT_ONCE, `answered after ${ms} ms`);

  const counters = await udpClient('127.0.0.1', port).command('G ncmds_rcvd ncmds_succd ncmds_repld ncmds_rcvd_ndups');
  assert.equal(counters, '6 5 5 1\n', 'U, I, V, VF and VF; the question itself is received only');
});
