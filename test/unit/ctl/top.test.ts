import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Terminal } from '../../../src/ctl/host.ts';
import { within } from '../../helpers/deadline.ts';
import { callView, legView } from '../../helpers/fake-calls.ts';
import { startEndpoint } from '../../helpers/http-endpoint.ts';
import { CtlRig, ExplainedCalls } from './ctl-rig.ts';

class FakeTerminal implements Terminal {
  columns = 60;
  rows = 5;
  onKey: (key: string) => void = () => {};
  onResize: () => void = () => {};
  listening = false;

  listen(onKey: (key: string) => void, onResize: () => void): () => void {
    [this.onKey, this.onResize, this.listening] = [onKey, onResize, true];
    return () => {
      this.listening = false;
    };
  }
}

async function startTop(t: TestContext, calls: ExplainedCalls) {
  const { endpoint } = await startEndpoint(t, { calls });
  const terminal = new FakeTerminal();
  const rig = new CtlRig(terminal);
  const screens: string[] = [];
  const waiting: (() => void)[] = [];
  rig.onOut = (text) => {
    screens.push(text);
    for (const wake of waiting.splice(0)) wake();
  };
  /** The next screen that has that text. */
  const find = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = screens.splice(0).find((text) => pattern.test(text));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const screen = (pattern: RegExp) => within(find(pattern), 10_000, `a screen with ${pattern}`);
  const outcome = rig.run(['top', '-i', '0.2'], { RTPP_HTTP: `127.0.0.1:${endpoint.port}` });
  return { terminal, screen, outcome, endpoint };
}

function lines(screen: string): string[] {
  return screen
    .replaceAll(/\x1b\[[^a-zA-Z]*[a-zA-Z]/g, '')
    .split('\r\n')
    .map((line) => line.trimEnd());
}

const LOSSY = callView('2', { caller: legView({ loss_percent: 5 }) });
const STRANGE = callView('3', { caller: legView({ ignored_packets: 50 }) });

test('the screen has the size of the terminal, and keys sort', async (t) => {
  const calls = new ExplainedCalls(1);
  calls.change(LOSSY, STRANGE);
  const { terminal, screen, outcome } = await startTop(t, calls);
  const first = lines(await screen(/sorted by LOSS mos ignored packets/));
  assert.equal(first.length, terminal.rows);
  assert.ok(first.every((line) => line.length <= terminal.columns));
  assert.match(first[3] ?? '', /^2 /);
  terminal.onKey('i');
  assert.match(lines(await screen(/sorted by loss mos IGNORED/))[3] ?? '', /^3 /);
  terminal.onKey('\x1b[A');
  terminal.rows = 4;
  terminal.onResize();
  assert.equal(lines(await screen(/sorted/)).length, 4);
  terminal.onKey('q');
  assert.equal((await outcome).code, 0);
  assert.equal(terminal.listening, false);
});

test('what changes is drawn again, and the terminal is left as it was', async (t) => {
  const calls = new ExplainedCalls(1);
  const { terminal, screen, outcome } = await startTop(t, calls);
  await screen(/1 call,/);
  calls.change(LOSSY);
  await screen(/2 calls/);
  terminal.onKey('\x03');
  const { out } = await outcome;
  assert.ok(out.startsWith('\x1b[?1049h\x1b[?25l') && out.endsWith('\x1b[?25h\x1b[?1049l'));
});

test('a daemon that goes away is told, and does not end it', async (t) => {
  const { terminal, screen, outcome, endpoint } = await startTop(t, new ExplainedCalls(1));
  await screen(/1 call,/);
  terminal.columns = 200;
  await endpoint.close();
  await screen(/nobody listens there|closed the connection/);
  terminal.onKey('q');
  assert.equal((await outcome).code, 0);
});
