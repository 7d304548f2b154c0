import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RtpproxyReplyError } from '../../src/client/errors.ts';
import { formatSubCommands, formatUpdate } from '../../src/client/format.ts';
import {
  type Leg,
  parseInfo,
  parseLeg,
  parseResults,
  parseValues,
  replyLines,
  splitChain,
} from '../../src/client/reply.ts';
import type { SubCommandRequest } from '../../src/client/requests.ts';
import type { MediaOptions, UpdateRequest } from '../../src/index.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { parseCommand } from '../../src/protocol/parse.ts';
import { chainReply, portResult } from '../../src/protocol/reply.ts';
import { tokenize } from '../../src/protocol/tokenize.ts';
import { addressBook, localAddress, parseContext, resolve, V4, V6 } from '../unit/protocol/address-book.ts';

const RUNS = { numRuns: 2000 };

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const token = latin1.map((text) => text.replace(/[\0\t\n\r ]/g, '')).filter((text) => text !== '' && text !== '&&');
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const media: fc.Arbitrary<MediaOptions> = fc.record({
  host: fc.oneof(fc.ipV4(), fc.ipV6()),
  port: fc.integer({ min: 0, max: 65535 }),
  asymmetric: optional(fc.boolean()),
  weak: fc.boolean(),
  newPort: fc.boolean(),
  ptime: optional(fc.integer({ min: 1, max: 999 })),
  codecs: optional(fc.array(fc.integer({ min: 0, max: 127 }), { minLength: 1, maxLength: 6 })),
  sides: optional(fc.array(fc.constantFrom('external', 'internal'), { maxLength: 2 })),
  local: optional(
    fc.constantFrom({ address: '127.0.0.1' }, { label: 'one' }, { routeTo: '127.9.9.9' }, { address: '::1' }),
  ),
});

const subCommand: fc.Arbitrary<SubCommandRequest> = fc.oneof(
  media.map((options) => ({ kind: 'lookup' as const, ...options })),
  fc.record({ kind: fc.constant('delete' as const), weak: fc.boolean() }),
  fc.record({ kind: fc.constant('ttl' as const), seconds: fc.integer({ min: 1 }), reverse: fc.boolean() }),
  fc.record({ kind: fc.constant('tos' as const), value: fc.integer({ min: 1, max: 255 }), reverse: fc.boolean() }),
  fc.record({ kind: fc.constant('copy' as const), callId: token, fromTag: token, toTag: token }),
);

test('the daemon understands an update as it was meant', () => {
  const book = addressBook([V4, localAddress('127.0.0.2', { label: 'one' }), V6], true);
  const notify = optional(fc.record({ socket: token, tag: latin1.filter((tag) => tag !== '') }));
  const request = fc.record({ callId: token, fromTag: token, toTag: token, notify });
  fc.assert(
    fc.property(request, media, fc.array(subCommand, { maxLength: 15 }), (session, options, sub) => {
      const update: UpdateRequest = { ...session, ...options };
      const tokens = tokenize(Buffer.from(formatUpdate(update) + formatSubCommands(sub), 'latin1'));
      assert.ok(!(tokens instanceof ProtocolError));
      const command = resolve(parseCommand(tokens, parseContext(book)), book);
      assert.ok(!(command instanceof ProtocolError) && command.verb === 'update', JSON.stringify(command));
      const { callId, fromTag, toTag, modifiers, peer } = command;
      assert.deepEqual([callId, fromTag, toTag], [session.callId, session.fromTag, session.toTag]);
      assert.deepEqual({ ...command.notify }, { ...session.notify });
      assert.deepEqual(
        [modifiers.asymmetric, modifiers.weak, modifiers.newPort, modifiers.ptime, modifiers.codecs],
        [options.asymmetric, options.weak, options.newPort, options.ptime, options.codecs?.join(',')],
      );
      if (peer.kind === 'address') assert.deepEqual(peer.port, options.port);
      else assert.match(options.host, /^[0.:]+$/);
      assert.deepEqual(
        command.sub.map(({ kind }) => kind),
        sub.map(({ kind }) => kind),
      );
    }),
    RUNS,
  );
});

test('results of sub-commands are read as the daemon writes them', () => {
  const leg = fc.record({
    port: fc.integer({ min: 1, max: 65535 }),
    local: fc.constantFrom(V4, V6, localAddress('0.0.0.0'), localAddress('127.0.0.3', { advertised: 'some.name' })),
  });
  const written = fc.array(fc.oneof(leg, fc.constant(undefined)), { maxLength: 15 });
  fc.assert(
    fc.property(leg, written, fc.boolean(), (main, subs, fails) => {
      const texts = subs.map((sub) => (sub === undefined ? undefined : portResult(sub.port, sub.local)));
      const text = portResult(main.port, main.local);
      const reply = chainReply(text, fails ? [...texts, '-1'] : texts, 1023).slice(0, -1);
      const chain = splitChain(reply);
      assert.equal(parseLeg(chain.main).port, main.port);
      const results = parseResults(chain.results, [...subs.map((sub) => sub !== undefined), false, false]);
      assert.deepEqual(
        results.map((result) => ('port' in result ? result.port : result.kind)),
        [...subs.map((sub) => sub?.port ?? 'done'), ...(fails ? ['failed', 'skipped'] : ['done', 'done'])],
      );
    }),
    RUNS,
  );
});

test('any reply is a value or a reply error', () => {
  const hostile = fc.oneof(
    latin1,
    fc
      .array(fc.constantFrom('E', '0', '-1', ' && ', ' ', '\n', '5000', '1.2.3.4', '6', ': ', 'active sessions'))
      .map((parts) => parts.join('')),
  );
  const readers: readonly ((reply: string) => Leg | object)[] = [
    parseLeg,
    parseInfo,
    (reply) => parseValues(reply, ['ttl', 'nrelayed']),
    (reply) => parseResults(splitChain(reply).results, [true, false]),
  ];
  fc.assert(
    fc.property(hostile, hostile, (reply, command) => {
      assert.ok([1, 5, 6].includes(replyLines(command, reply)));
      for (const read of readers) {
        try {
          assert.equal(typeof read(reply), 'object');
        } catch (error) {
          assert.ok(error instanceof RtpproxyReplyError);
        }
      }
    }),
    RUNS,
  );
});
