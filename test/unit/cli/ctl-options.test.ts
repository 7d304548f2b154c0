import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CTL_COMMANDS,
  CTL_OPTIONS,
  CTL_USAGE,
  CtlHelp,
  CtlUsageError,
  ctlSynopsis,
  parseCtlOptions,
} from '../../../src/cli/ctl-options.ts';

test('the endpoint: --url, RTPP_HTTP, the default', () => {
  const endpoint = (args: readonly string[], env = {}) => parseCtlOptions([...args, 'calls'], env).endpoint;
  assert.deepEqual(endpoint([]), { socketPath: '/run/rtpproxy/http' });
  assert.deepEqual(endpoint([], { RTPP_HTTP: '' }), { socketPath: '/run/rtpproxy/http' });
  assert.deepEqual(endpoint([], { RTPP_HTTP: 'unix:/a' }), { socketPath: '/a' });
  assert.deepEqual(endpoint(['-u', '/b'], { RTPP_HTTP: 'unix:/a' }), { socketPath: '/b' });
});

test('commands with their options, which may stand anywhere', () => {
  const parsed = parseCtlOptions(['top', '--sort', 'mos', '--interval=0.5', '--address', '10.'], {});
  assert.deepEqual(parsed.command, { kind: 'top', filter: { address: '10.' }, ranking: 'mos' });
  assert.deepEqual(parsed.manner, { json: false, intervalMs: 500 });
  assert.deepEqual(parseCtlOptions(['-j', 'show', 'caf\u00e9'], {}).command, { kind: 'show', id: 'caf\xc3\xa9' });
  assert.deepEqual(parseCtlOptions(['explain', '--', '-j'], {}).command, { kind: 'explain', id: '-j' });
});

test('what is wrong is told', () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [[], /^no command$/],
    [['explode'], /^no such command: explode$/],
    [['show'], /^"show" needs the ID/],
    [['show', ''], /^"show" needs the ID/],
    [['show', 'a', 'b'], /^one word too many: b$/],
    [['calls', 'a'], /^"calls" takes no ID; --call-id/],
    [['calls', '--max-mos', '6'], /^--max-mos: not a number from 0 to 5: 6$/],
    [['calls', '--min-loss', '-1'], /^--min-loss: not a number/],
    [['calls', '--sort', 'age'], /^--sort is one of loss, mos, ignored, packets, not age$/],
    [['top', '--interval', '0'], /^--interval is a time from 0\.2 to 3600 seconds, not 0$/],
    [['calls', '--nonsense'], /^unrecognized option '--nonsense'$/],
    [['calls', '--url', 'https://x'], /^no endpoint: https:\/\/x$/],
  ];
  for (const [args, message] of cases) {
    assert.throws(
      () => parseCtlOptions(args, {}),
      (error) => error instanceof CtlUsageError && message.test(error.message),
      args.join(' '),
    );
  }
  assert.throws(() => parseCtlOptions(['-h'], {}), CtlHelp);
});

test('help tells every command and option', () => {
  for (const { name, help } of CTL_COMMANDS)
    assert.ok(CTL_USAGE.includes(`  ${name}`) && CTL_USAGE.includes(help), name);
  for (const option of CTL_OPTIONS) assert.ok(CTL_USAGE.includes(ctlSynopsis(option)), option.long);
});
