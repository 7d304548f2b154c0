import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CallRecord } from '../../src/calls/record.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { readSchema, schemaFaults } from '../helpers/json-schema.ts';
import { eventPacket } from '../unit/modules/catch-dtmf/event-packets.ts';
import { Receiver } from '../unit/notify/receiver.ts';
import { CAPTURED_TICKS, notificationsOf, pressKeys } from './support/digit-captures.ts';
import { HOST, portIn, startRelay, untilLogged } from './support/relay.ts';
import { UdpPeer } from './support/udp-peer.ts';

/** A daemon that catches digits, its records, and who is told. */
async function start(t: TestContext) {
  const directory = temporaryDirectory(t);
  const [socket, records] = [join(directory, 'notify'), join(directory, 'calls')];
  const receiver = await Receiver.open(t, { path: socket });
  const args = ['-l', HOST, '-n', `unix:${socket}`, '--module', 'catch_dtmf', `--call-records=${records}`];
  const { control, daemon } = await startRelay(t, args, { logLevel: 'dbug' });

  /** A call whose parties have their digits caught, told by its name and with an `L` in front. */
  const call = async (id: string) => {
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const notify = `unix:${socket} idle`;
    const offer = await control.command(`U ${id} ${HOST} ${caller.local.port} from ${notify} && M3:1 ${id}`);
    const answer = await control.command(`L ${id} ${HOST} ${callee.local.port} from to && M3:1 L${id}`);
    return { caller, callee, forCallee: portIn(offer), forCaller: portIn(answer) };
  };
  return { receiver, records, control, daemon, call };
}

test('the record of a call has the digits of both parties', async (t) => {
  const { receiver, records, control, call } = await start(t);
  const { caller, callee, forCaller, forCallee } = await call('pin');
  const before = Date.now();
  await pressKeys('19#', caller, forCaller);
  await receiver.expect(notificationsOf('pin', '19#', 0));
  await pressKeys('*', callee, forCallee);
  await receiver.expect(notificationsOf('pin', '19#', 0) + notificationsOf('Lpin', '*', 1));
  assert.equal(await control.command('D pin from'), '0\n');
  const read = () => readFileSync(records, { encoding: 'latin1', flag: 'a+' });
  await until(() => read().endsWith('\n'), 5000, 'the record');
  const record = JSON.parse(read()) as CallRecord;
  assert.deepEqual(schemaFaults(readSchema('call-record.schema.json'), record), []);
  const told = ({ digits }: CallRecord['caller']) =>
    digits.map(({ at, digit, duration_ticks, volume_dbm0 }) => {
      assert.ok(Date.parse(at) >= before - 1 && Date.parse(at) <= Date.now());
      return `${digit} ${duration_ticks} ${volume_dbm0}`;
    });
  assert.deepEqual(told(record.caller), [
    `1 ${CAPTURED_TICKS} -10`,
    `9 ${CAPTURED_TICKS} -10`,
    `# ${CAPTURED_TICKS} -10`,
  ]);
  assert.deepEqual(told(record.callee), [`* ${CAPTURED_TICKS} -10`]);
});

test('a party that floods with digits is cut short, and those of another call are told', async (t) => {
  const { receiver, daemon, call } = await start(t);
  const flooding = await call('flood');
  const quiet = await call('quiet');
  for (let each = 1; each <= 2000; each++) {
    const packet = eventPacket({ code: each % 10, timestamp: 1000 * each, end: true, seq: each });
    await flooding.caller.send(packet, flooding.forCaller);
  }
  await pressKeys('5', quiet.caller, quiet.forCaller);
  const told = () => receiver.texts.join('');
  await until(() => told().includes(notificationsOf('quiet', '5', 0)), 5000, 'the digit of the other call');
  const lines = told().match(/^flood /gm)?.length ?? 0;
  assert.ok(lines >= 64 && lines < 500, `${lines} digits of the flood`);
  await untilLogged(daemon, /WARN:flood:catch_dtmf:\d+: digits come too fast, leaving some out/);
});
