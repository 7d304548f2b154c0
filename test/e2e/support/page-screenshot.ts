// Makes docs/page.png, of made-up calls and the built page: node --import tsx test/e2e/support/page-screenshot.ts [FILE]
import { readPageFiles } from '../../../src/http/page-files.ts';
import { openPage, startBrowser } from '../../helpers/browser.ts';
import { startEndpoint } from '../../helpers/http-endpoint.ts';
import { PageCalls } from '../../helpers/page-calls.ts';

const CALLS = 37;
const SIZE = { width: 1280, height: 720 };

const [file = 'docs/page.png'] = process.argv.slice(2);
let end = async (): Promise<void> => {};
const scope = {
  after: (step: () => Promise<void>) => {
    end = step;
  },
};
try {
  const calls = new PageCalls(CALLS);
  const { endpoint } = await startEndpoint(scope, {
    calls,
    page: readPageFiles(new URL('../../../dist/page/', import.meta.url)),
  });
  const { page } = await openPage(await startBrowser(scope), `http://127.0.0.1:${endpoint.port}/`);
  await page.setViewportSize(SIZE);
  await page.waitForSelector('.call');
  await page.getByRole('button', { name: 'State' }).click();
  await page.locator('.call').nth(2).hover();
  await page.screenshot({ path: file });
} finally {
  await end();
}
