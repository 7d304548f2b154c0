// A child process: three clients of the event stream and a scrape each second. Arguments: port of the endpoint, seconds. Prints a line
// when all calls were told, and what came in so many seconds after a line on standard input.
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

const HOST = '127.0.0.1';
const STREAMS = 3;
const LAG = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m;
/** Seconds between two samples of the lag; they are in it. */
const LAG_INTERVAL = 0.01;

const [port = 0, seconds = 0] = process.argv.slice(2).map(Number);

function open(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: HOST, port, path, agent: false }, resolve).once('error', reject);
  });
}

/** Until then a stream tells of calls that there were before. */
function allTold(stream: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const read = (part: Buffer): void => {
      if (!part.includes('event: ready')) return;
      stream.off('data', read);
      resolve();
    };
    stream.on('data', read);
  });
}

let bytes = 0;
const streams = await Promise.all(Array.from({ length: STREAMS }, () => open('/api/events')));
await Promise.all(streams.map(allTold));
console.log('ready');
for (const stream of streams) {
  stream.on('data', (part: Buffer) => {
    bytes += part.length;
  });
}
const lags: number[] = [];
const scrapes: number[] = [];
let end = Number.POSITIVE_INFINITY;
process.stdin.once('data', () => {
  bytes = lags.length = scrapes.length = 0;
  end = performance.now() + seconds * 1000;
});
process.stdin.once('close', () => process.exit(1));
await text(await open('/metrics'));
while (performance.now() < end) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const start = performance.now();
  const metrics = await text(await open('/metrics'));
  scrapes.push(performance.now() - start);
  lags.push(1000 * (Number(LAG.exec(metrics)?.[1]) - LAG_INTERVAL));
}
process.stdin.removeAllListeners('close').destroy();
for (const stream of streams) stream.destroy();
lags.sort((a, b) => a - b);
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
console.log(
  JSON.stringify({
    lag: median(lags),
    worstLag: lags.at(-1),
    scrape: median(scrapes),
    bytesPerSecond: bytes / seconds / STREAMS,
  }),
);
