import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from '../helpers/browser.ts';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { RtpPhone } from '../helpers/rtp-phone.ts';
import { type HttpRelay, startHttpRelay } from './support/http-relay.ts';
import { type Call, HOST, setUpCall, startRelay } from './support/relay.ts';

// The page in a browser, with a real daemon; what it looks like, and many calls: page-views.test.ts.

/** Within so much a call is shown, and gone. */
const PROMPT_MS = 2000;
const SOON_MS = 10_000;
const PACKETS = 250;
const SECRET = '0123456789abcdef0123456789abcdef';

const browser = await startBrowser({ after });

async function look(t: TestContext, { target }: Pick<HttpRelay, 'target'>, path = ''): Promise<WatchedPage> {
  const watched = await openPage(browser, `http://${target.host}:${target.port}/${path}`);
  atEnd(t, () => watched.page.context().close());
  return watched;
}

async function texts(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).allInnerTexts()).join('\n');
}

/** Milliseconds until the texts there fit. */
async function untilShown(
  page: Page,
  selector: string,
  wanted: (shown: string) => boolean,
  ms: number,
): Promise<number> {
  const begin = performance.now();
  let shown = '';
  const fits = async () => {
    shown = await texts(page, selector);
    return wanted(shown);
  };
  await until(fits, ms, selector).catch(() => assert.fail(`${selector} does not fit within ${ms} ms: ${shown}`));
  return Math.round(performance.now() - begin);
}

/** Both parties of a call talk for a while. */
async function talk(
  t: TestContext,
  relay: HttpRelay,
  id: string,
): Promise<{ caller: RtpPhone; callee: RtpPhone; call: Call }> {
  const [caller, callee] = [await RtpPhone.open(t, HOST), await RtpPhone.open(t, HOST)];
  const call = await setUpCall(relay.control, id, { host: HOST, port: caller.port }, { host: HOST, port: callee.port });
  const speeches = [
    caller.talk({ address: HOST, port: call.forCaller.port }, PACKETS),
    callee.talk({ address: HOST, port: call.forCallee.port }, PACKETS),
  ];
  atEnd(t, async () => {
    await Promise.all(speeches);
  });
  return { caller, callee, call };
}

/** The caller's packets of the call that is looked at. */
async function received(page: Page): Promise<number> {
  const row = page.locator('.figures tr', { hasText: 'Received' });
  return Number((await row.locator('td').first().innerText()).replace(/\D/g, ''));
}

test('a call shows at once, with both addresses and packets that grow, and is gone at once with D', async (t) => {
  const relay = await startHttpRelay(t);
  const { page, messages, hosts } = await look(t, relay);
  await page.waitForSelector('.empty pre');
  const id = '<script>alert(1)</script>';
  const { caller, callee } = await talk(t, relay, id);
  const addresses = [`${HOST}:${caller.port}`, `${HOST}:${callee.port}`];
  const came = await untilShown(
    page,
    '.call',
    (shown) => [id, ...addresses].every((text) => shown.includes(text)),
    PROMPT_MS,
  );
  await untilShown(page, '.call', (shown) => /\n[1-9]\d\n[1-9]\d\n/.test(shown), SOON_MS);
  await page.locator('.call').click();
  await page.waitForSelector('.figures');
  const first = await received(page);
  await until(async () => (await received(page)) > first, SOON_MS, 'more packets');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.call');
  assert.equal(await relay.control.command(`D ${id} from to`), '0\n');
  const gone = await untilShown(page, '.empty', (shown) => shown.includes('No calls'), PROMPT_MS);
  t.diagnostic(`shown after ${came} ms, gone after ${gone} ms`);
  assert.deepEqual(messages, []);
  assert.deepEqual([...hosts], [`${HOST}:${relay.target.port}`]);
});

test('after a restart of the daemon the page has its new calls, and not the old ones', async (t) => {
  const relay = await startHttpRelay(t);
  await setUpCall(relay.control, 'old', { host: HOST, port: 4000 }, { host: HOST, port: 4002 });
  const { page, messages } = await look(t, relay);
  await untilShown(page, '.call', (shown) => shown.includes('old'), SOON_MS);
  await relay.daemon.stop();
  await untilShown(page, '.connection', (shown) => shown.includes('Disconnected'), SOON_MS);
  assert.match(await texts(page, '.call'), /old/, 'the last that is known stays');
  const { host, port } = relay.target;
  const next = await startRelay(t, ['-l', HOST, '--http', `${host}:${port}`]);
  await setUpCall(next.control, 'new', { host: HOST, port: 4000 }, { host: HOST, port: 4002 });
  await untilShown(page, '.connection', (shown) => shown.includes('Live'), SOON_MS);
  await untilShown(page, '.call', (shown) => shown.includes('new') && !shown.includes('old'), SOON_MS);
  // The browser itself tells of connections that fail.
  assert.deepEqual(
    messages.filter((message) => !message.includes('Failed to load resource')),
    [],
  );
});

test('a browser that has shown the token once sees the calls; without it the page says what to do', async (t) => {
  const file = join(temporaryDirectory(t), 'token');
  writeFileSync(file, SECRET, { mode: 0o600 });
  const relay = await startHttpRelay(t, ['--http-token-file', file]);
  await setUpCall(relay.control, 'c', { host: HOST, port: 4000 }, { host: HOST, port: 4002 });
  const { page } = await look(t, relay);
  await untilShown(page, '.connection', (shown) => shown.includes('?token='), SOON_MS);
  assert.equal(await page.locator('.call').count(), 0);
  await page.goto(`${page.url()}?token=${SECRET}`);
  await page.waitForSelector('.call');
  assert.doesNotMatch(page.url(), /token/);
});
