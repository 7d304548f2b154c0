// Records to and plays from a disk that stops answering: hanging-disk.ts TOP [adhoc|wav], in a mount namespace of its own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../../helpers/deadline.ts';
import { hang } from './hanging-mount.ts';
import { startCall, talk } from './recorded-call.ts';
import { HOST, startRelay, untilLogged } from './relay.ts';
import { rtpPacket } from './rtp-packet.ts';

const [, , top = '', format = 'adhoc'] = process.argv;
const DEADLINE_MS = 5000;
/** The daemon gives the disk five seconds at its end. */
const END_MS = 15_000;

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  for (const end of ['answers', 'hangs'] as const) {
    const rec = join(top, `rec-${end}`);
    const prompts = join(top, `prompts-${end}`);
    const ended = join(top, `ended-${end}`);
    for (const directory of [rec, prompts, ended]) mkdirSync(directory);
    const args = ['-l', HOST, '-r', rec, `--call-records=${ended}/calls`, `--record-format=${format}`];
    const { control, daemon } = await startRelay(scope, args, { logLevel: 'warn' });
    const calls: Awaited<ReturnType<typeof startCall>>[] = [];
    for (const id of ['c', 'd', 'e']) calls.push(await startCall(scope, control, id));
    // Recorded since the disk answered; as sound it needs another file now.
    const recorded = await startCall(scope, control, 'g');
    assert.equal(await control.command('R g from to'), '0\n');
    const servers = [rec, prompts, ended].map(hang);

    const waiting = [
      control.command('R c from to'),
      control.command(`P d ${prompts}/ann 0 from to`),
      control.command('D d from to'),
    ];
    const early = Promise.race(waiting).then((reply) => assert.fail(`${reply} came without the disk`));
    const others = async (): Promise<void> => {
      assert.equal(await control.command('V'), '20040107\n');
      for (const call of [...calls, recorded]) await talk(call);
      await recorded.caller[0].send(rtpPacket(4, { payloadType: 18 }), recorded.forCaller);
      await recorded.callee[0].next();
      await startCall(scope, control, 'f');
      assert.equal(await control.command('D f from to'), '0\n');
      assert.equal(await control.command('D e from to'), '0\n');
      assert.match(await control.command('I'), /active sessions: 3\n/);
    };
    await within(Promise.race([others(), early]), DEADLINE_MS, 'other calls');
    early.catch(() => undefined);

    if (end === 'hangs') {
      for (const reply of waiting) reply.catch(() => undefined);
      process.kill(daemon.pid, 'SIGTERM');
      const { code } = await within(daemon.exited, END_MS, 'end of the daemon');
      assert.equal(code, 0);
    }
    for (const server of servers) server();
    if (end === 'answers') {
      const replies = await within(Promise.all(waiting), DEADLINE_MS, 'the replies');
      assert.deepEqual(replies, ['E50\n', 'E60\n', '0\n']);
      assert.equal(await control.command('D c from to'), '0\n');
      if (format === 'wav') await untilLogged(daemon, /g=from\.wav: payload type 18 cannot become sound: lost/);
    }
  }
} finally {
  for (const step of steps) await step();
}
