import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localAddress } from '../protocol/address-book.ts';
import { commandRig } from './command-rig.ts';

test('C to a file without a recording directory, or to a bad target, is refused', async () => {
  const { ask, askLater } = commandRig();
  assert.equal(await askLater('C c name a'), 'E50\n');
  ask('U c 127.0.0.1 4000 a');
  for (const target of ['name', 'udp:127.0.0.1', 'udp:127.0.0.1:65535', 'udp:127.0.0.1:0', 'udp:127.0.0.1:x']) {
    assert.equal(await askLater(`C c ${target} a`), 'E65\n', target);
  }
});

test('Cp tells the advertised address of the local address that the copy leaves from, whatever the leg has', () => {
  const listen = [localAddress('127.0.0.1', { advertised: 'some.name' }), localAddress('127.0.0.2')];
  const { ask } = commandRig({ listen });
  ask('Ul127.0.0.2 c 127.0.0.1 4000 a');
  assert.equal(ask('Cp c udp:127.0.0.9:5000 a'), '41002 some.name\n');
  assert.equal(ask('Cp c udp:127.0.0.9:5002 a', '41004 some.name\n'.length - 1), 'E65\n', 'it does not fit');
});

test('C to a control socket of the daemon is refused, for RTP and for RTCP', () => {
  const { ask, engine, log } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  engine.denials.set('127.0.0.1:22223', 'control');
  engine.denials.set('127.0.0.1:22230', 'listed');
  log.take();
  for (const port of [22222, 22223]) assert.equal(ask(`C c udp:127.0.0.1:${port} a`), 'E65\n', String(port));
  const line = "ERR:c:copier: can't copy: 127.0.0.1:22223 is a control socket of this daemon";
  assert.ok(log.take().includes(line));
  // What a list denies is told by the log when there is something to copy.
  assert.equal(ask('C c udp:127.0.0.1:22230 a'), '0\n');
});

test('C to an address copies, and N ends it', () => {
  const { ask, engine } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  assert.match(ask('Cp c udp:127.0.0.1:5000 a'), /^41002 127\.0\.0\.1\n$/);
  assert.ok(engine.take().includes('copy 1 1 127.0.0.1:5000'));
  assert.equal(ask('N c a'), '0\n');
  assert.ok(engine.take().includes('stopTap 1 1'));
});
