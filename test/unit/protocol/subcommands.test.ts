import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SubCommand } from '../../../src/protocol/command.ts';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import type { Lookup } from '../../../src/protocol/lookup.ts';
import { parseSubCommands } from '../../../src/protocol/subcommands.ts';
import { addressBook, localAddress, parseContext, resolveUpdate, V4 } from './address-book.ts';

const book = () => addressBook([V4, localAddress('127.0.0.2', { label: 'one' })]);

function parse(text: string, pairing = true): readonly SubCommand[] | ProtocolError {
  const lists = text.split(' && ').map((part) => part.split(' '));
  const lookups: Lookup[] = [];
  const sub = parseSubCommands(lists, parseContext(), lookups, pairing);
  const update = resolveUpdate(sub instanceof ProtocolError ? sub : { sub }, lookups, book());
  return update instanceof ProtocolError ? update : update.sub;
}

function one(text: string, pairing = true): SubCommand | undefined {
  const result = parse(text, pairing);
  assert.ok(!(result instanceof ProtocolError), text);
  return result[0];
}

function refused(texts: readonly string[], pairing = true): void {
  for (const text of texts) {
    const result = parse(text, pairing);
    assert.ok(result instanceof ProtocolError, text);
    assert.equal(result.code, 3, text);
  }
}

test('none', () => {
  assert.deepEqual(parseSubCommands([], parseContext(), [], false), []);
});

test('L', () => {
  const lookup = one('lwz20c0,8l{one} 127.0.0.1 4002');
  assert.ok(lookup?.kind === 'lookup');
  assert.deepEqual(lookup.peer, { kind: 'address', host: '127.0.0.1', family: 4, port: 4002 });
  assert.equal(lookup.modifiers.codecs, '0,8');
  assert.equal(lookup.modifiers.moveTo?.label, 'one');
  assert.equal(one('L 0 0')?.kind, 'lookup');
  refused([
    'L',
    'L 127.0.0.1',
    'L 127.0.0.1 1 x',
    'Lx 127.0.0.1 1',
    'Lz0 127.0.0.1 1',
    'L6 ::1 1',
    'Ll{nix} 127.0.0.1 1',
  ]);
  refused(['L 127.0.0.1 port', 'L 1.2.3.4.5 1']);
});

test('D', () => {
  assert.deepEqual(one('D', false), { kind: 'delete', weak: false });
  assert.deepEqual(one('dW', false), { kind: 'delete', weak: true });
  refused(['Dq', 'Dwx', 'D a', 'D 5 a'], false);
});

test('S', () => {
  assert.deepEqual(one('S ttl=10', false), { kind: 'ttl', seconds: 10, reverse: false });
  assert.deepEqual(one('sR ttl=+5', false), { kind: 'ttl', seconds: 5, reverse: true });
  assert.deepEqual(one('Sx tos=184', false), { kind: 'tos', value: 184, reverse: false });
  assert.deepEqual(one('Sr tos=4096', false), { kind: 'tos', value: 4096, reverse: true });
  assert.deepEqual(one('S ttl=99999999999', false), { kind: 'ttl', seconds: 1215752191, reverse: false });
  refused(['S', 'Srr ttl=9', 'S ttl=0', 'S ttl=-1', 'S ttl=x', 'S ttl=', 'S ttl=5x', 'S ttl', 'S ttl=5 tos=6']);
  refused(['S TTL=5', 'S foo=5', 'S tos=0', 'S tos=-8', 'S tos=x', 'S 5', 'S =5', 'S ttl=4294967295']);
});

test('C', () => {
  assert.deepEqual(one('c s a b'), { kind: 'copy', callId: 's', fromTag: 'a', toTag: 'b' });
  refused(['C', 'C s', 'C s a', 'C s a b c', 'Cx s a b']);
});

test('L and C need a U with a to-tag', () => {
  refused(['L 127.0.0.1 4000', 'C s a b'], false);
});

test('M', () => {
  assert.deepEqual(one('M3:1', false), { kind: 'module', id: 3, instance: 1, args: [] });
  assert.deepEqual(one('m003:02 a b', false), { kind: 'module', id: 3, instance: 2, args: ['a', 'b'] });
});

test('modules that are not loaded and everything else are refused', () => {
  refused([
    'M',
    'M1',
    'M1:',
    'M:1',
    'M1:1',
    'M4:1 S',
    'm3:3 tag',
    'M3 :1',
    'M0:1',
    'M-1:1',
    'M+3:1',
    'M3:1x',
    'M3:1:1',
  ]);
  refused(['M3:0', 'M3: 1', 'M 3:1', 'M3:9999999999', 'M9999999999:1']);
  refused(['U', 'V', 'P', 'R', 'Q', 'X', 'G', 'I', 'N', 'Z', '0', '?', '\xe9']);
});

test('a chain is complete or refused', () => {
  const chain = parse('S ttl=4 && L 127.0.0.1 4002 && D');
  assert.ok(!(chain instanceof ProtocolError));
  assert.deepEqual(
    chain.map((command) => command.kind),
    ['ttl', 'lookup', 'delete'],
  );
  refused(['D && Z', 'Z && D', 'D && D && S ttl=0']);
});
