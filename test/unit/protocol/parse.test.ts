import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../../src/protocol/command.ts';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { decodeNotifyTag, parseCommand } from '../../../src/protocol/parse.ts';
import { tokenize } from '../../../src/protocol/tokenize.ts';
import { parseContext, resolve, V4 } from './address-book.ts';

function run(text: string): Command | ProtocolError {
  const tokens = tokenize(Buffer.from(text, 'latin1'));
  return tokens instanceof ProtocolError ? tokens : resolve(parseCommand(tokens, parseContext()));
}

function command(text: string): Command {
  const result = run(text);
  assert.ok(!(result instanceof ProtocolError), `${text}: E${(result as ProtocolError).code}`);
  return result;
}

/** Checks lines of `<code> <command>`. */
function refused(lines: readonly string[]): void {
  for (const line of lines) {
    const [code = '', text = ''] = line.split(/ (.*)/s);
    const result = run(text);
    assert.ok(result instanceof ProtocolError, text);
    assert.equal(`E${result.code}`, code, text);
  }
}

const NO_MODIFIERS = {
  asymmetric: undefined,
  weak: false,
  newPort: false,
  ptime: undefined,
  codecs: undefined,
  local: [V4, V4],
  moveTo: undefined,
};
const PEER = { kind: 'address', host: '127.0.0.1', family: 4, port: 4000 };

test('U with its four shapes', () => {
  const base = { verb: 'update', callId: 'c', fromTag: 'f', modifiers: NO_MODIFIERS, peer: PEER, sub: [] };
  const notify = { socket: 'unix:/s', tag: 'a b' };
  assert.deepEqual(command('U c 127.0.0.1 4000 f'), { ...base, toTag: undefined, notify: undefined });
  assert.deepEqual(command('u c 127.0.0.1 4000 f t'), { ...base, toTag: 't', notify: undefined });
  assert.deepEqual(command('U c 127.0.0.1 4000 f unix:/s a+b'), { ...base, toTag: undefined, notify });
  assert.deepEqual(command('U c 127.0.0.1 4000 f t unix:/s a%20b'), { ...base, toTag: 't', notify });
});

test('L', () => {
  const base = { verb: 'lookup', callId: 'c', fromTag: 'f', modifiers: NO_MODIFIERS, peer: PEER, sub: [] };
  assert.deepEqual(command('L c 127.0.0.1 4000 f'), { ...base, toTag: undefined });
  assert.deepEqual(command('lw c 0.0.0.0 4000 f t'), {
    ...base,
    toTag: 't',
    modifiers: { ...NO_MODIFIERS, weak: true },
    peer: { kind: 'hold' },
  });
});

test('sub-commands belong to their command', () => {
  const update = command('U c 127.0.0.1 4000 f t && L 127.0.0.1 4002 && D');
  assert.ok(update.verb === 'update');
  assert.deepEqual(
    update.sub.map((sub) => sub.kind),
    ['lookup', 'delete'],
  );
  const query = command('Q c f && D');
  assert.ok(query.verb === 'query');
  assert.deepEqual(query.sub, [{ kind: 'delete', weak: false }]);
  const lookup = command('L c 127.0.0.1 4000 f t && S ttl=5');
  assert.ok(lookup.verb === 'lookup');
  assert.deepEqual(lookup.sub, [{ kind: 'ttl', seconds: 5, reverse: false }]);
});

test('D, P and S', () => {
  const session = { callId: 'c', fromTag: 'f', toTag: undefined };
  assert.deepEqual(command('D c f'), { verb: 'delete', ...session, weak: false });
  assert.deepEqual(command('dWw c f t'), { verb: 'delete', ...session, toTag: 't', weak: true });
  const play = { verb: 'play', ...session, prompt: 'ann', codecs: '8,0' };
  assert.deepEqual(command('P c ann 8,0 f'), { ...play, count: 1 });
  assert.deepEqual(command('P-1 c ann 8,0 f t'), { ...play, toTag: 't', count: -1 });
  assert.deepEqual(command('p+3 c ann 8,0 f'), { ...play, count: 3 });
  assert.deepEqual(command('P0 c ann 8,0 f'), { ...play, count: 0 });
  assert.deepEqual(command('S c f t'), { verb: 'stop-play', ...session, toTag: 't' });
});

test('R, C and N', () => {
  const session = { callId: 'c', fromTag: 'f', toTag: undefined };
  assert.deepEqual(command('R c f'), { verb: 'record', ...session, singleFile: false });
  assert.deepEqual(command('rS c f t'), { verb: 'record', ...session, toTag: 't', singleFile: true });
  const copy = { verb: 'copy', ...session, target: 'udp:127.0.0.1:5000' };
  assert.deepEqual(command('C c udp:127.0.0.1:5000 f'), { ...copy, singleFile: false, reportPort: false });
  assert.deepEqual(command('Cps c udp:127.0.0.1:5000 f t'), {
    ...copy,
    toTag: 't',
    singleFile: true,
    reportPort: true,
  });
  assert.deepEqual(command('N c f'), { verb: 'stop-record', ...session, bothLegs: false });
  assert.deepEqual(command('nA c f t'), { verb: 'stop-record', ...session, toTag: 't', bothLegs: true });
});

test('Q keeps its modifiers unchecked', () => {
  const query = { verb: 'query', callId: 'c', fromTag: 'f', sub: [] };
  assert.deepEqual(command('Q c f'), { ...query, toTag: undefined, modifiers: '', names: [] });
  assert.deepEqual(command('QVx c f t'), { ...query, toTag: 't', modifiers: 'Vx', names: [] });
  assert.deepEqual(command('q c f t ttl nope'), { ...query, toTag: 't', modifiers: '', names: ['ttl', 'nope'] });
});

test('commands without a session', () => {
  assert.deepEqual(command('G'), { verb: 'stats', verbose: false, names: [] });
  assert.deepEqual(command('gV a b'), { verb: 'stats', verbose: true, names: ['a', 'b'] });
  assert.deepEqual(command('I'), { verb: 'info', load: false });
  assert.deepEqual(command('IB'), { verb: 'info', load: false });
  assert.deepEqual(command('ibL'), { verb: 'info', load: true });
  assert.deepEqual(command('v'), { verb: 'version' });
  assert.deepEqual(command('Vf 20040107'), { verb: 'feature', date: '20040107' });
  assert.deepEqual(command('x'), { verb: 'delete-all' });
});

test('unknown command, after the limits of tokens', () => {
  refused([
    'E0 ?',
    'E0 ? x x',
    'E0 \xff\xfe',
    `E0 ?${' x'.repeat(22)}`,
    `E5 ?${' x'.repeat(23)}`,
    'E5 ?? &&',
    'E0 ? && Z',
  ]);
});

test('the number of arguments, before the modifiers', () => {
  refused(['E1 Vx y', 'E1 V y && D', 'E1 VFx', 'E1 VF', 'E1 VF a b', 'E1 VxF 1', 'E1 V F', 'E1 Xx y && D', 'E1 Ix a']);
  refused(['E1 Sx p', 'E1 S p a b c && D', 'E1 Dx', 'E1 D p a b c', 'E1 Rp', 'E1 Na', 'E1 Px', 'E1 P 1 x 0', 'E1 Qx']);
  refused(['E1 C 1 x', 'E1 C 1 x f t u', 'E1 Uz0 p', 'E1 U c a 1 f t s n x', 'E1 L c a 1 f t x', 'E1 L c a 1']);
  refused([`E1 Q p a b${' x'.repeat(12)} && Z`, 'E1 U 2 127.0.0.1 4000 && D']);
  assert.equal(command(`Q p a b${' x'.repeat(11)}`).verb, 'query');
  assert.equal(command(`G${' x'.repeat(22)}`).verb, 'stats');
});

test('modifiers of V, VF, X and S, before the sub-commands', () => {
  refused([
    'E2 Vx',
    'E2 VV',
    'E2 VFx 20040107',
    'E2 VFF 20040107',
    'E2 Xx',
    'E2 Vx && D',
    'E2 Sx p a && D',
    'E2 V\x0b',
  ]);
});

test('sub-commands where none are taken, before everything else of the command', () => {
  refused([
    'E3 V && V',
    'E3 VF 20040107 && V',
    'E3 I && D',
    'E3 G && D',
    'E3 Gx nope && D',
    'E3 X && D',
    'E3 Dx p a && D',
  ]);
  refused(['E3 P 1 x 0 a && D', 'E3 R 1 a && D', 'E3 C 1 x a && D', 'E3 S 1 a && D', 'E3 N 1 a && D']);
});

test('modifiers of the other commands', () => {
  refused([
    'E8 Dx c f',
    'E8 Dwx c f',
    'E6 Rp c f',
    'E6 Rsp c f',
    'E6 Rps c f',
    'E7 Rx c f',
    'E7 Rxp c f',
    'E7 RNone c f',
  ]);
  refused([
    'E7 Nx c f',
    'E6 Nax c f',
    'E6 Naa c f',
    'E7 Nxa c f',
    'E7 Cx c t f',
    'E7 Csx c t f',
    'E9 Gx nope',
    'E9 Gvx',
  ]);
  refused(['E17 Px c p 0 f', 'E17 P3x c p 0 f', 'E17 P- c p 0 f', 'E18 Ix', 'E18 Iblx', 'E17 P# c p 0 f']);
});

test('errors of U and L in their order', () => {
  refused(['E10 Ug 1 127.0.0.1 4000 a b s %zz', 'E10 U 1 1.2.3.4.5 1 a b s %zz', 'E10 U 1 127.0.0.1 4000 a s %']);
  refused(['E35 Ug 1 127.0.0.1 4000 a b s t', 'E37 U 1 1.2.3.4.5 1 a b s t', 'E3 U 1 127.0.0.1 4000 a b s t && D x']);
  refused(['E36 U6 p 1.2.3.4.5 1 a', 'E11 U6e p 127.0.0.1 4000 a', 'E15 Ul p 127.0.0.1 4000 a && Z']);
  refused(['E35 Lg nope 127.0.0.1 4000 a b && Z', 'E3 L nope 127.0.0.1 4000 a b && Z', 'E37 L nope 1.2.3.4.5 1 a b']);
  refused(['E37 U 1 1.2.3.4.5 1 a && Z', 'E3 Q p a && Z', 'E3 Qx p a b nope && Z']);
});

test('&& L and && C only in U with a to-tag', () => {
  refused(['E3 U 1 127.0.0.1 4000 a && L 127.0.0.1 4002', 'E3 U 1 127.0.0.1 4000 a s n && L 127.0.0.1 4002']);
  refused(['E3 L 1 127.0.0.1 4000 a b && L 127.0.0.1 4000', 'E3 Q 1 a b && L 127.0.0.1 4000', 'E3 Q s a b && C s a b']);
  refused(['E3 L s 127.0.0.1 4000 a b && C s a b', 'E3 U t 127.0.0.1 4000 a && C s a b']);
  assert.equal(command('U 1 127.0.0.1 4000 a b s n && L 127.0.0.1 4002').verb, 'update');
});

test('strange requests of real controllers', () => {
  refused(['E5 UZ40\0\0c96 c 127.0.0.1 4000 f;1', 'E35 UZ40\xa0c96 c 127.0.0.1 4000 f;1', 'E7 CNone c t f t']);
  const update = command('U CID 127.0.0.1 4000 FT;1 unix:/path;tag');
  assert.ok(update.verb === 'update');
  assert.equal(update.toTag, 'unix:/path;tag');
  const old = command('U CID 127.0.0.1 4000 FT;1 TT;1 unix:/path');
  assert.ok(old.verb === 'update');
  assert.equal(old.toTag, undefined);
  assert.deepEqual(old.notify, { socket: 'TT;1', tag: 'unix:/path' });
});

test('percent pairs and plus signs are decoded', () => {
  assert.equal(decodeNotifyTag('tag%20one+x%0Ay'), 'tag one x\ny');
  assert.equal(decodeNotifyTag('plain'), 'plain');
  assert.equal(decodeNotifyTag('%2b%2B%25%00%ff'), '++%\0\xff');
  assert.equal(decodeNotifyTag('%2541'), '%41');
  assert.equal(decodeNotifyTag('+'), ' ');
  assert.equal(decodeNotifyTag('\xe9'), '\xe9');
});

test('a percent sign without two hexadecimal digits is refused', () => {
  for (const text of ['%', '%4', '%zz', '%4g', '%g4', 'ab%', 'ab%4', '%%41', '%+4', '%4+', '% 4', '%-1', '%0x']) {
    assert.equal(decodeNotifyTag(text), undefined, text);
  }
});
