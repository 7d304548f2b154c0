import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHost, parsePeer } from '../../src/protocol/address.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { decodeNotifyTag, parseCommand } from '../../src/protocol/parse.ts';
import { tokenize } from '../../src/protocol/tokenize.ts';
import { VERBS } from '../../src/protocol/verbs.ts';
import { addressBook, localAddress, parseContext, resolve, V4, V6 } from '../unit/protocol/address-book.ts';
import { characters, nearlyCommand, RUNS, token } from './commands.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const book = () => addressBook([V4, localAddress('127.0.0.2', { label: 'one' }), V6], true);

function parse(command: Uint8Array) {
  const tokens = tokenize(command);
  return tokens instanceof ProtocolError
    ? tokens
    : resolve(parseCommand(tokens, parseContext({ bridge: true })), book());
}

const port = fc.integer({ min: 0, max: 65535 });

function isAnswer(result: ReturnType<typeof parse>): boolean {
  if (result instanceof ProtocolError) return Number.isInteger(result.code);
  return VERBS.some((spec) => spec.verb === result.verb);
}

test('any bytes as a command are a command or an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), nearlyCommand), (bytes) => {
      assert.ok(isAnswer(parse(bytes)));
    }),
    { numRuns: RUNS },
  );
});

test('tokens survive formatting with any separators', () => {
  const separator = characters(' \t\r\n', 1, 4);
  const list = fc.array(token, { minLength: 1, maxLength: 23 });
  fc.assert(
    fc.property(list, fc.array(list, { maxLength: 15 }), separator, (main, sub, between) => {
      const words = [main, ...sub].map((tokens) => tokens.join(between));
      assert.deepEqual(tokenize(latin1(words.join(`${between}&&${between}`))), { main, sub });
    }),
    { numRuns: RUNS },
  );
});

const media = fc.record({
  asymmetric: fc.option(fc.boolean(), { nil: undefined }),
  weak: fc.boolean(),
  newPort: fc.boolean(),
  ptime: fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined }),
  codecs: fc.option(
    fc.array(fc.integer({ min: 0, max: 127 }), { minLength: 1, maxLength: 6 }).map((list) => list.join(',')),
    { nil: undefined },
  ),
  six: fc.boolean(),
  place: fc.constantFrom(
    { text: '', local: undefined, moveTo: undefined },
    { text: 'l{one}', local: ['127.0.0.2', '127.0.0.2'], moveTo: '127.0.0.2' },
    { text: 'l[::1]', local: ['::1', '::1'], moveTo: '::1' },
    { text: 'ei', local: ['127.0.0.1', '127.0.0.2'], moveTo: undefined },
    { text: 'ie', local: ['127.0.0.2', '127.0.0.1'], moveTo: undefined },
  ),
});

const update = fc.record({
  verb: fc.constantFrom('update', 'lookup'),
  callId: token,
  fromTag: token,
  toTag: fc.option(token, { nil: undefined }),
  notify: fc.option(fc.record({ socket: token, tag: fc.string({ unit: 'binary-ascii', minLength: 1 }) }), {
    nil: undefined,
  }),
  media,
  host: fc.tuple(fc.ipV4(), fc.ipV6()),
  port,
  ttl: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});

const percent = (text: string) =>
  [...text].map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

test('a formatted U or L gives the same values again', () => {
  fc.assert(
    fc.property(update, (wanted) => {
      const { verb, callId, fromTag, toTag, host } = wanted;
      const { asymmetric, weak, newPort, ptime, codecs, six, place } = wanted.media;
      const notify = verb === 'update' && wanted.notify ? { ...wanted.notify } : undefined;
      const text = [
        asymmetric === undefined ? '' : asymmetric ? 'a' : 's',
        weak ? 'w' : '',
        codecs === undefined ? '' : `c${codecs}`,
        newPort ? 'N' : '',
        place.text,
        ptime === undefined ? '' : `z${ptime}`,
      ].join('');
      const address = six ? host[1] : host[0];
      const line = [
        `${verb === 'update' ? 'U' : 'l'}${six ? '6' : ''}${text}`,
        ...[callId, address, `${wanted.port}`, fromTag],
        ...(toTag === undefined ? [] : [toTag]),
        ...(notify === undefined ? [] : [notify.socket, percent(notify.tag)]),
        ...['&&', 'S', `ttl=${wanted.ttl}`],
      ].join(' ');

      const command = parse(latin1(line));
      assert.ok(!(command instanceof ProtocolError) && (command.verb === 'update' || command.verb === 'lookup'), line);
      assert.deepEqual([command.verb, command.callId, command.fromTag, command.toTag], [verb, callId, fromTag, toTag]);
      if (command.verb === 'update') assert.deepEqual(command.notify, notify);
      const { local, moveTo, ...simple } = command.modifiers;
      assert.deepEqual(simple, { asymmetric, weak, newPort, ptime, codecs });
      const fallback = six ? '::1' : '127.0.0.1';
      assert.deepEqual(
        local.map((entry) => entry.host),
        place.local ?? [fallback, fallback],
      );
      if (place.moveTo !== undefined) assert.equal(moveTo?.host, place.moveTo);
      assert.deepEqual(
        command.peer,
        parsePeer(address, `${wanted.port}`, six ? 6 : 4, () => undefined),
      );
      assert.deepEqual(command.sub, [{ kind: 'ttl', seconds: wanted.ttl, reverse: false }]);
    }),
    { numRuns: RUNS },
  );
});

test('a formatted command about a session gives the same values again', () => {
  const selector = fc.record({ callId: token, fromTag: token, toTag: fc.option(token, { nil: undefined }) });
  const count = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(selector, token, token, fc.boolean(), count, (session, first, second, flag, repeat) => {
      const { callId, fromTag, toTag } = session;
      const tags = toTag === undefined ? fromTag : `${fromTag} ${toTag}`;
      const cases: [string, object][] = [
        [`D${flag ? 'w' : ''} ${callId} ${tags}`, { verb: 'delete', weak: flag }],
        [
          `P${repeat} ${callId} ${first} ${second} ${tags}`,
          { verb: 'play', count: repeat, prompt: first, codecs: second },
        ],
        [`S ${callId} ${tags}`, { verb: 'stop-play' }],
        [`R${flag ? 's' : ''} ${callId} ${tags}`, { verb: 'record', singleFile: flag }],
        [
          `C${flag ? 'p' : 's'} ${callId} ${first} ${tags}`,
          { verb: 'copy', target: first, singleFile: !flag, reportPort: flag },
        ],
        [`N${flag ? 'a' : ''} ${callId} ${tags}`, { verb: 'stop-record', bothLegs: flag }],
      ];
      for (const [line, values] of cases) assert.deepEqual(parse(latin1(line)), { ...session, ...values }, line);
    }),
    { numRuns: RUNS },
  );
});

test('an IPv6 text is accepted exactly when it is one, and its canonical form stays as it is', () => {
  const text = fc.oneof(fc.ipV6(), characters('0123456789abcdefF:.', 2, 45), characters('0f1::.', 2, 20));
  fc.assert(
    fc.property(text, (address) => {
      const host = parseHost(address, 6);
      assert.equal(host !== undefined, isIPv6(address));
      if (host !== undefined) assert.equal(parseHost(host, 6), host);
    }),
    { numRuns: RUNS },
  );
});

test('a notify tag survives percent-encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      assert.equal(decodeNotifyTag(percent(text)), text);
    }),
    { numRuns: RUNS },
  );
});
