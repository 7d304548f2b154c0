import { type Browser, chromium, type Page } from 'playwright-core';
import { atEnd, type TestScope } from './cleanup.ts';

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium';

/** A page of a headless browser, and what it has said and asked for. */
export interface WatchedPage {
  readonly page: Page;
  /** Messages of its console, errors of its scripts included. */
  readonly messages: string[];
  /** Hosts that it sent requests to. */
  readonly hosts: Set<string>;
}

/** A headless browser, closed at the end of the test. */
export async function startBrowser(scope: TestScope): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  atEnd(scope, () => browser.close());
  return browser;
}

/** Opens an address in a window of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
  const page = await context.newPage();
  const messages: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await page.goto(url);
  return { page, messages, hosts };
}
