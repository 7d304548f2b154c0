import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { after, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { readPageFiles } from '../../src/http/page-files.ts';
import { openPage, startBrowser, type WatchedPage } from '../helpers/browser.ts';
import { atEnd } from '../helpers/cleanup.ts';
import { busyness, until } from '../helpers/deadline.ts';
import { callView } from '../helpers/fake-calls.ts';
import { startEndpoint } from '../helpers/http-endpoint.ts';
import { PageCalls } from '../helpers/page-calls.ts';

// The page in a browser, of an endpoint in this process that shows made-up calls.

const BUILT = new URL('../../dist/page/', import.meta.url);
const MAX_BYTES = 100_000;
const SECONDS = process.env.RTPPROXY_TEST_SCALE === 'full' ? 60 : 6;
const MIN_FPS = 30;
/** What the heap, of about 10 MB, may be larger by at the end, garbage aside: there is always a second's worth of calls on its way. */
const MAX_GROWTH_BYTES = 6_000_000;

/** How soon the page has to show something. */
const SOON_MS = 5000;

interface Shown extends WatchedPage {
  readonly calls: PageCalls;
  readonly url: string;
}

const browser = await startBrowser({ after });

async function showCalls(
  t: TestContext,
  calls: PageCalls,
  scheme: 'light' | 'dark' = 'light',
  route = '',
): Promise<Shown> {
  const { endpoint } = await startEndpoint(t, { calls, page: readPageFiles(BUILT) });
  calls.start();
  atEnd(t, () => calls.stop());
  const url = `http://127.0.0.1:${endpoint.port}/`;
  const watched = await openPage(browser, url + route, scheme);
  atEnd(t, () => watched.page.context().close());
  return { calls, url, ...watched };
}

/** What axe-core objects to, by rule and element. */
async function objections(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<axe.AxeResults>(`${axe.source}; axe.run()`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

async function texts(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allInnerTexts();
}

/** Waits until these texts are shown. */
async function shows(page: Page, selector: string, wanted: readonly (string | undefined)[]): Promise<void> {
  let shown: string[] = [];
  const look = async () => {
    shown = await texts(page, selector);
    return isDeepStrictEqual(shown, wanted);
  };
  await until(look, SOON_MS, selector).catch(() => assert.deepEqual(shown, wanted, selector));
}

test('the files of the page are less than 100 kB in all', () => {
  const folder = fileURLToPath(BUILT);
  const files = readdirSync(folder).filter((name) => !name.startsWith('LICENSE'));
  const bytes = files.reduce((sum, name) => sum + statSync(folder + name).size, 0);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  for (const library of ['htm', 'preact', 'uplot']) statSync(`${folder}LICENSE.${library}.txt`);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`list, detail, filter without result and empty list are accessible, ${scheme}`, async (t) => {
    const { page, calls, messages, url } = await showCalls(t, new PageCalls(40), scheme);
    await page.waitForSelector('.call');
    assert.deepEqual(await objections(page), [], 'list');
    await page.keyboard.press('/');
    await page.keyboard.type('no such call');
    await page.waitForSelector('.empty');
    assert.deepEqual(await objections(page), [], 'filter without result');
    await page.goto(`${url}#/calls/3`);
    await page.waitForSelector('canvas');
    assert.deepEqual(await objections(page), [], 'detail');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    calls.stop();
    calls.end(...calls.known.keys());
    await page.waitForSelector('.empty pre');
    assert.deepEqual(await objections(page), [], 'empty list');
    assert.deepEqual(messages, []);
  });
}

test('the keyboard does everything', async (t) => {
  const { page, messages } = await showCalls(t, new PageCalls(40));
  await page.waitForSelector('.call');
  const newest = (await texts(page, '.call .name a')).slice(0, 3);
  for (const key of ['ArrowDown', 'j', 'j', 'k']) await page.keyboard.press(key);
  await shows(page, '.cursor a', [newest[1]]);
  await page.keyboard.press('Enter');
  await shows(page, 'h2#call', [newest[1]]);
  assert.equal(await page.evaluate('document.activeElement.id'), 'call');
  await page.keyboard.press('j');
  await shows(page, 'h2#call', [newest[2]]);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.cursor');
  assert.equal(await page.evaluate('document.activeElement.id'), 'calls');
  await page.keyboard.press('/');
  await page.keyboard.type('poor loss>4');
  await shows(page, '.call .state', ['■Poor', '■Poor', '■Poor']);
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.findings .problem');
  assert.deepEqual(messages, []);
});

test('a click on a column sorts, another one the other way; the address of the page names the call', async (t) => {
  const { page, url } = await showCalls(t, new PageCalls(30));
  const loss = page.getByRole('button', { name: 'Loss' });
  await loss.click();
  await page.waitForSelector('th[aria-sort=descending]');
  assert.deepEqual((await texts(page, '.call .state')).slice(0, 2), ['■Poor', '■Poor']);
  await loss.click();
  await page.waitForSelector('th[aria-sort=ascending]');
  assert.notEqual((await texts(page, '.call .state'))[0], '■Poor');
  await page.locator('.call').first().click();
  await page.waitForSelector('h2#call');
  assert.match(page.url(), /#\/calls\/\d+$/);
  await page.goBack();
  await page.waitForSelector('.call');
  assert.equal(page.url(), url);
});

test('what a Call-ID and a tag contain is text', async (t) => {
  const evil = '<script>document.title="x"</script><img src=x onerror=alert(1)>';
  const calls = new PageCalls(0);
  calls.known.set('e', callView('e', { call_id: evil, from_tag: evil }));
  const { page, messages, hosts } = await showCalls(t, calls);
  await page.waitForSelector('.call');
  assert.deepEqual(await texts(page, '.call .name a'), [evil]);
  await page.locator('.call').click();
  await page.waitForSelector('h2#call');
  assert.deepEqual(await texts(page, 'h2#call'), [evil]);
  assert.equal(await page.title(), 'rtpproxy');
  assert.equal(await page.locator('#page img, #page script').count(), 0);
  assert.deepEqual(messages, []);
  assert.equal(hosts.size, 1);
});

test('a call that ends while it is looked at stays on view, and says so', async (t) => {
  const { page, calls } = await showCalls(t, new PageCalls(5), 'light', '#/calls/2');
  await page.waitForSelector('h2#call');
  calls.stop();
  calls.end('2');
  await page.waitForSelector('.notice.ended');
  assert.equal(await page.locator('.figures td').first().isVisible(), true);
});

test('an endpoint that wants its token is told from one that does not answer', async (t) => {
  const calls = new PageCalls(2);
  const { page } = await showCalls(t, calls);
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: '' }));
  await page.reload();
  await until(
    async () => (await texts(page, '.connection')).join().includes('TOKEN'),
    SOON_MS,
    'what the daemon wants',
  );
  await page.unroute('**/api/**');
  await page.waitForSelector('.connection.good');
});

/** Frames a second while the list scrolls and changes. */
async function frameRate(page: Page): Promise<number> {
  const frames = await page.evaluate<number>(`new Promise((resolve) => {
    let frames = 0;
    const end = performance.now() + ${SECONDS * 1000};
    const scroller = document.querySelector('.scroller');
    const step = (now) => {
      frames += 1;
      scroller.scrollTop = frames * 4;
      if (now < end) requestAnimationFrame(step); else resolve(frames);
    };
    requestAnimationFrame(step);
  })`);
  return frames / SECONDS;
}

test(`2000 calls that change each second: ${MIN_FPS} frames a second or more, and no memory that grows, for ${SECONDS} s`, async (t) => {
  const { page, messages } = await showCalls(t, new PageCalls(2000));
  await page.waitForSelector('.call');
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  await page.waitForTimeout(2000);
  const before = await heap();
  // A machine that does something else at the same time gets other chances, and draws as often as it can.
  const needed = () => MIN_FPS / busyness();
  let rate = await frameRate(page);
  for (let chances = 3; rate < needed() && chances > 0; chances--) rate = await frameRate(page);
  const growth = (await heap()) - before;
  t.diagnostic(
    `${rate.toFixed(1)} frames/s at ${busyness().toFixed(1)} times the load, heap ${before} bytes, grown by ${growth}`,
  );
  assert.ok(rate >= needed(), `${rate} frames/s`);
  assert.ok(growth < MAX_GROWTH_BYTES, `grown by ${growth} bytes from ${before}`);
  assert.ok((await page.locator('.call').count()) < 60);
  assert.deepEqual(messages, []);
});
