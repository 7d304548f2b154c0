import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { Load } from '../../helpers/load.ts';
import type { LoadResult } from '../../helpers/load-result.ts';
import type { RelayCommand } from '../comparison.ts';
import { processFigures, residentBytes, workerCpu } from '../relay/process-figures.ts';
import { type Relay, RunScope, startRelay } from '../relay/relay-process.ts';
import type { Figures } from '../relay/run.ts';
import { Collector } from './collector.ts';
import { Notified } from './notified.ts';
import type { ModuleName, Options } from './options.ts';

const CSV = 'rtpproxy_acct.csv';
const DTMF = 'M3:1 digits 101';
/** Seconds of media before those in which processor time counts: code that is new is compiled then, once in the months of a daemon. */
const BEFORE = 10;
/** Milliseconds in which modules bring away what they have after a run. */
const LAST_MS = 2000;

/** What a run is looked at with, besides the relay itself. */
interface Ends {
  readonly collector: Collector;
  readonly notified: Notified;
}

/** Measures one relay once, in a process of its own. */
export async function run(command: RelayCommand, modules: boolean, options: Options): Promise<Figures> {
  const scope = new RunScope();
  try {
    if (!modules) return await talk(await startRelay(scope, command, { name: 'alone', sessions: 0 }), options);
    const collector = await Collector.open(options.transport);
    scope.after(() => collector.close());
    const notified = await Notified.open(scope);
    const words = [...command.words, ...moduleWords(scope, options, { collector, notified })];
    const relay = await startRelay(scope, { name: command.name, words }, { name: 'modules', sessions: 0 });
    return await talk(relay, options, { collector, notified });
  } finally {
    await scope.end();
  }
}

function moduleWords(scope: RunScope, { modules, transport }: Options, { collector, notified }: Ends): string[] {
  const file = path.join(temporaryDirectory(scope), 'modules.conf');
  const hep = `capt_host = "127.0.0.1"\ncapt_port = ${collector.port}\ncapt_ptype = ${transport}\n`;
  const sections = modules.map((name) => `${name} {\n${name === 'acct_rtcp_hep' ? hep : ''}}\n`);
  writeFileSync(file, `modules {\n${sections.join('')}}\n`);
  return ['--config', file, '-n', `unix:${notified.path}`];
}

async function talk(relay: Relay, options: Options, ends?: Ends): Promise<Figures> {
  const { calls, modules, seconds, digits, rtcp, stopped } = options;
  const media = { control: relay.control, sessions: calls, seconds: seconds + BEFORE, digits, rtcp };
  const caught = ends !== undefined && modules.includes('catch_dtmf') ? ends.notified : undefined;
  const watched = caught && { update: `unix:${caught.path} call && ${DTMF}`, lookup: `&& ${DTMF}` };
  const load = await Load.start({ ...media, ...watched });
  try {
    await delay(1000 * BEFORE);
    const before = { all: processFigures(relay.pid).cpu, workers: workerCpu(relay.pid) };
    const pause =
      stopped === 0
        ? undefined
        : delay((1000 * (seconds - stopped)) / 2).then(() => ends?.collector.pause(1000 * stopped));
    const result = await load.result;
    const after = { all: processFigures(relay.pid).cpu, workers: workerCpu(relay.pid) };
    await pause;
    const packets = (result.received * seconds) / (seconds + BEFORE);
    const figures = {
      'packets per CPU second of the relay workers': packets / (after.workers - before.workers),
      'packets per CPU second of the process': packets / (after.all - before.all),
      'packet p50 us': result.latency.p50,
      'packet p99 us': result.latency.p99,
      'packet max us': result.latency.max,
      lost: result.lost,
      'RSS MB': residentBytes(relay.pid) / 1e6,
      'generator late p99 us': result.lateness.p99,
      'generator not sent %': (1 - result.sent / result.planned) * 100,
    };
    await load.close();
    return { ...figures, ...(await outcome(relay, options, result, ends)) };
  } finally {
    await load.close();
  }
}

/** What modules have brought away, in the same rows for a relay without any. */
async function outcome(relay: Relay, options: Options, result: LoadResult, ends: Ends | undefined): Promise<Figures> {
  if (ends !== undefined) await delay(LAST_MS);
  const has = (name: ModuleName) => ends !== undefined && options.modules.includes(name);
  const delays = [...(ends?.collector.delays ?? [])].sort((a, b) => a - b);
  const at = (fraction: number) => delays[Math.floor((delays.length - 1) * fraction)] ?? Number.NaN;
  const [callers = 0, callees = 0] = ends?.notified.digits ?? [];
  return {
    'RTCP reports': result.reportsSent,
    'HEP packets missing': has('acct_rtcp_hep') ? result.reportsSent - delays.length : Number.NaN,
    'HEP p50 ms': at(0.5),
    'HEP p99 ms': at(0.99),
    'HEP max ms': at(1),
    digits: result.digits,
    'HEP digits missing':
      has('acct_rtcp_hep') && has('catch_dtmf') ? result.digits - (ends?.collector.digits ?? 0) : Number.NaN,
    'notifications missing': has('catch_dtmf') ? result.digits - callers - callees : Number.NaN,
    'rows missing': has('acct_csv') ? options.calls - rowsIn(relay) : Number.NaN,
  };
}

/** Without the header. */
function rowsIn({ directory }: Relay): number {
  return readFileSync(path.join(directory, CSV), 'latin1').split('\n').length - 2;
}
