import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MediaModifiers, UpdateCommand } from '../../../src/protocol/command.ts';
import { PEER_IS_CONTROL_SOCKET, ProtocolError } from '../../../src/protocol/errors.ts';
import type { Lookup } from '../../../src/protocol/lookup.ts';
import { parseMediaArguments, parseMediaModifiers } from '../../../src/protocol/media-arguments.ts';
import { addressBook, localAddress, parseContext, resolveUpdate, V4, V6 } from './address-book.ts';

// With what the daemon makes of it: the order of errors is that of both.

function parse(modifiers: string, host: string, port: string, book = plain()): UpdateCommand | ProtocolError {
  const lookups: Lookup[] = [];
  return resolveUpdate(parseMediaArguments(modifiers, host, port, parseContext(book), lookups), lookups, book);
}

function code(modifiers: string, host: string, port: string): number {
  const result = parse(modifiers, host, port);
  assert.ok(result instanceof ProtocolError);
  return result.code;
}

test('the modifiers give the family of the address', () => {
  const result = parse('w6', '::1', 'sip', addressBook([V4, V6]));
  assert.ok(!(result instanceof ProtocolError));
  assert.deepEqual(result.peer, { kind: 'address', host: '::1', family: 6, port: 5060 });
  assert.equal(result.modifiers.weak, true);
  assert.equal(result.modifiers.moveTo, V6);
});

test('a control socket of the daemon is nobody, however its address is written', () => {
  for (const host of ['127.0.0.1', '0177.0.0.1', '2130706433', '0x7f000001']) {
    assert.equal(parse('', host, '22222'), PEER_IS_CONTROL_SOCKET, host);
  }
  assert.equal(code('', '127.0.0.1', '22222'), 37);
  assert.ok(!(parse('', '127.0.0.1', '22220') instanceof ProtocolError));
});

test('modifiers are refused before the missing family, and that before the address', () => {
  assert.equal(code('6z0', '1.2.3.4.5', 'x'), 13);
  assert.equal(code('6', '1.2.3.4.5', 'x'), 36);
  assert.equal(code('', '1.2.3.4.5', '1'), 37);
  assert.equal(code('', '127.0.0.1', 'x'), 37);
});

const ONE = localAddress('127.0.0.2', { label: 'one' });
const TWO = localAddress('127.0.0.2', { label: 'two', advertised: '198.51.100.9' });

const plain = () => addressBook();
const labelled = () => addressBook([V4, ONE, TWO, localAddress('::1', { label: 'six' })]);
const bridge = () => addressBook([V4, ONE], true);

function parseModifiers(text: string, book: ReturnType<typeof addressBook>): UpdateCommand | ProtocolError {
  const lookups: Lookup[] = [];
  const modifiers = parseMediaModifiers(text, parseContext(book), lookups);
  return resolveUpdate(modifiers instanceof ProtocolError ? modifiers : { modifiers }, lookups, book);
}

function parsed(text: string, book = plain()): MediaModifiers {
  const result = parseModifiers(text, book);
  assert.ok(!(result instanceof ProtocolError), `${text}: E${(result as ProtocolError).code}`);
  return result.modifiers;
}

function modifierCode(text: string, book = plain()): number {
  const result = parseModifiers(text, book);
  assert.ok(result instanceof ProtocolError, text);
  return result.code;
}

/** Hosts of leg 0, leg 1 and of a leg that moves. */
function places(text: string, book: ReturnType<typeof addressBook>): (string | undefined)[] {
  const { local, moveTo } = parsed(text, book);
  return [local[0].host, local[1].host, moveTo?.host];
}

test('no modifiers', () => {
  assert.deepEqual(parsed(''), {
    asymmetric: undefined,
    weak: false,
    newPort: false,
    ptime: undefined,
    codecs: undefined,
    local: [V4, V4],
    moveTo: undefined,
  });
});

test('letters in any case and order, the last of a and s wins', () => {
  assert.equal(parsed('a').asymmetric, true);
  assert.equal(parsed('aS').asymmetric, false);
  assert.equal(parsed('SA').asymmetric, true);
  assert.equal(parsed('W').weak, true);
  assert.equal(parsed('wwN').newPort, true);
});

test('z takes a number from 1 to 999', () => {
  assert.equal(parsed('z20').ptime, 20);
  assert.equal(parsed('Z+1').ptime, 1);
  assert.equal(parsed('az999w').ptime, 999);
  assert.equal(parsed('z20z030').ptime, 30);
  assert.equal(parsed('z4294967316').ptime, 20);
  for (const text of ['z', 'z0', 'z1000', 'z-5', 'za', 'z+', 'z99999999999999999999', 'z+a', 'z4294968296']) {
    assert.equal(modifierCode(text), 13, text);
  }
});

test('c takes digits and commas, once', () => {
  assert.equal(parsed('c0,8,101').codecs, '0,8,101');
  assert.equal(parsed('C,').codecs, ',');
  const both = parsed('c8z20a');
  assert.deepEqual([both.codecs, both.ptime, both.asymmetric], ['8', 20, true]);
  for (const text of ['c', 'ca', 'c0c8', 'cc', 'c0z20c']) assert.equal(modifierCode(text), 14, text);
  assert.equal(modifierCode('c8.'), 35);
});

test('other letters are unknown, and the first bad modifier decides', () => {
  for (const text of ['g', '7', 'u', 'x1', 'b', '_', 'a-', 'd', 'p', 'f', 'm', '\xe9', '\x16', 'gz0']) {
    assert.equal(modifierCode(text), 35, text);
  }
  assert.equal(modifierCode('z0g'), 13);
  assert.equal(modifierCode('cg'), 14);
});

test('l takes an address or a label', () => {
  assert.deepEqual(places('l127.0.0.4', labelled()), ['127.0.0.4', '127.0.0.4', '127.0.0.4']);
  assert.equal(parsed('l127.0.0.2', labelled()).local[0], TWO);
  assert.equal(parsed('L{one}w', labelled()).local[1], ONE);
  assert.equal(parsed('l127.0.0.4a', labelled()).asymmetric, true);
  assert.deepEqual(places('l{six}', labelled()), ['::1', '::1', '::1']);
  assert.deepEqual(places('l[0:0::1]', labelled()), ['::1', '::1', '::1']);
  assert.equal(parsed('l0.0.0.0').local[0].wildcard, true);
  assert.equal(parsed('l[::]').local[0].wildcard, true);
  for (const text of ['l127.2', 'l0177.0.0.2', 'l2130706434']) {
    assert.deepEqual(places(text, labelled()), ['127.0.0.2', '127.0.0.2', '127.0.0.2'], text);
  }
});

test('a bad address or label after l', () => {
  for (const text of [
    'l',
    'lone',
    'l{}',
    'l{',
    'l{one',
    'l[]',
    'l[',
    'l[::1',
    'l[zz]',
    'l]',
    'l-1',
    'l[.]',
    'l[::ffff:127.0.0.1]',
  ]) {
    assert.equal(modifierCode(text, labelled()), 15, text);
  }
  for (const text of [
    'l{ONE}',
    'l{none}',
    'l.',
    'l300.1.1.1',
    'l[1:2:3:4:5]',
    'l1.2.3.4.5',
    'l127.256.0.1',
    'l4294967296',
  ]) {
    assert.equal(modifierCode(text, labelled()), 31, text);
  }
  for (const text of ['l{one}x', 'l127.0.0.1x', 'l[::1]]']) assert.equal(modifierCode(text, labelled()), 35, text);
});

test('r takes an address and chooses the local address towards it', () => {
  assert.deepEqual(places('r127.0.0.55', labelled()), ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  assert.deepEqual(places('r127.1', labelled()), ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  assert.deepEqual(places('R[::1]a', labelled()), ['::1', '::1', '::1']);
  for (const text of ['r', 'rx', 'r{one}', 'r[]', 'r[::1', 'r[::ffff:127.0.0.1]'])
    assert.equal(modifierCode(text, labelled()), 16, text);
  for (const text of ['r.', 'r300.1.1.1', 'r[1:2:3:4:5]', 'r192.0.2.1'])
    assert.equal(modifierCode(text, labelled()), 32, text);
});

test('the last of several l and r wins, and each is checked', () => {
  assert.deepEqual(places('l{one}r127.0.0.1', labelled()), ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  assert.equal(parsed('r127.0.0.1l{one}', labelled()).moveTo, ONE);
  assert.equal(modifierCode('l.l{one}', labelled()), 31);
});

test('e and i: the first letter is for leg 1, the second for leg 0', () => {
  const [internal, external] = ['127.0.0.1', '127.0.0.2'];
  const cases: [string, string, string][] = [
    ['', internal, internal],
    ['i', internal, internal],
    ['e', internal, external],
    ['ii', internal, internal],
    ['ei', internal, external],
    ['IE', external, internal],
    ['ee', external, external],
    ['iae', external, internal],
  ];
  for (const [text, leg0, leg1] of cases) assert.deepEqual(places(text, bridge()), [leg0, leg1, undefined], text);
});

test('e and i move a leg only with n, when both are given, to the address of the second', () => {
  assert.equal(parsed('en', bridge()).moveTo, undefined);
  assert.equal(parsed('n', bridge()).moveTo, undefined);
  assert.equal(parsed('ien', bridge()).moveTo, ONE);
  assert.equal(parsed('nei', bridge()).moveTo, V4);
});

test('l wins over e and i', () => {
  assert.deepEqual(places('eil127.0.0.3', bridge()), ['127.0.0.3', '127.0.0.3', '127.0.0.3']);
  assert.deepEqual(places('l127.0.0.3ein', bridge()), ['127.0.0.3', '127.0.0.3', '127.0.0.3']);
});

test('e and i without bridge mode, or a third one', () => {
  assert.equal(modifierCode('e'), 11);
  assert.equal(modifierCode('i'), 12);
  assert.equal(modifierCode('ie'), 12);
  assert.equal(modifierCode('6e'), 11);
  for (const text of ['eee', 'eie']) assert.equal(modifierCode(text, bridge()), 11, text);
  for (const text of ['iii', 'iei', 'iiie']) assert.equal(modifierCode(text, bridge()), 12, text);
});

test('another family than that of the default address: the newest address of it', () => {
  const newer = localAddress('::2');
  const dual = addressBook([V4, V6, newer]);
  assert.deepEqual(parsed('6', dual).local, [newer, newer]);
  assert.equal(parsed('66', dual).moveTo, newer);
  assert.equal(parsed('', dual).moveTo, undefined);
  assert.equal(parsed('', addressBook([V6, V4])).moveTo, V4);
  assert.equal(modifierCode('6'), 36);
  assert.equal(modifierCode('', addressBook([V6])), 36);
  assert.equal(modifierCode('6', bridge()), 36);
});

test('a choice by l, or by e and i, is not checked against the family', () => {
  assert.deepEqual(places('6l127.0.0.1', plain()), ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  const mixed = addressBook([V4, V6], true);
  assert.deepEqual(places('6ie', mixed), ['::1', '127.0.0.1', undefined]);
  assert.deepEqual(places('6', mixed), ['::1', '::1', '::1']);
});

test('an IPv6 address once used by l serves later commands', () => {
  const book = plain();
  assert.equal(modifierCode('6', book), 36);
  parsed('l[::1]', book);
  assert.equal(parsed('6', book).local[0].host, '::1');
});

test('6 selects the family of the peer', () => {
  const family = (text: string) => {
    const modifiers = parseMediaModifiers(text, parseContext(), []);
    return modifiers instanceof ProtocolError ? modifiers : modifiers.placing.family;
  };
  assert.equal(family('6'), 6);
  assert.equal(family('a'), 4);
});
