import { Load } from '../../helpers/load.ts';
import type { RelayCommand } from '../comparison.ts';
import { Churn } from './churn.ts';
import type { Options } from './options.ts';
import { processFigures, residentBytes } from './process-figures.ts';
import { type Relay, RunScope, startRelay } from './relay-process.ts';
import type { Scenario } from './scenarios.ts';

/** Figures of one run by name, as the table shows them. */
export type Figures = Readonly<Record<string, number>>;

/** Share of lost packets that still counts as none. */
const TOLERATED = 0.001;
const MOST_SESSIONS = 4000;
/** Sessions apart: as close as the search for the highest load comes. */
const PRECISION = 50;

/** Measures one relay once, in a process of its own. */
export async function run(command: RelayCommand, scenario: Scenario, options: Options): Promise<Figures> {
  if (scenario.search === true) return highest(command, scenario, options);
  const scope = new RunScope();
  try {
    const relay = await startRelay(scope, command, scenario);
    return scenario.silent === true ? await memory(relay, scenario) : await talk(relay, scenario, options);
  } finally {
    await scope.end();
  }
}

async function talk(relay: Relay, scenario: Scenario, options: Options): Promise<Figures> {
  const { sessions, rate = 50, address = '127.0.0.1' } = scenario;
  const { seconds, threads } = options;
  const load = await Load.start({ control: relay.control, sessions, seconds, rate, address, threads });
  try {
    const before = processFigures(relay.pid);
    const churn = new Churn(relay.control, scenario.churn ?? 0);
    const result = await load.result;
    await churn.end();
    const after = processFigures(relay.pid);
    const cpu = after.cpu - before.cpu;
    return {
      'packets per CPU second': result.received / cpu,
      'CPU us per packet': (cpu / result.received) * 1e6,
      'softirq us per packet': ((after.softirq - before.softirq) / result.received) * 1e6,
      'switches per packet': (after.switches - before.switches) / result.received,
      'delivered per second': result.received / seconds,
      'lost %': (result.lost / result.sent) * 100,
      'p50 us': result.latency.p50,
      'p90 us': result.latency.p90,
      'p99 us': result.latency.p99,
      'p99.9 us': result.latency.p999,
      'max us': result.latency.max,
      'RSS MB': residentBytes(relay.pid) / 1e6,
      'generator late p99 us': result.lateness.p99,
      'generator not sent %': (1 - result.sent / result.planned) * 100,
      'generator dropped': result.overflowed,
    };
  } finally {
    await load.close();
  }
}

/** What a session costs beyond the first one. */
async function memory(relay: Relay, scenario: Scenario): Promise<Figures> {
  const create = async (number: number) => {
    await relay.control.command(`U bench-${number} 127.0.0.1 10000 from`);
    await relay.control.command(`L bench-${number} 127.0.0.1 10002 from to`);
  };
  await create(0);
  const first = residentBytes(relay.pid);
  for (let i = 1; i < scenario.sessions; i++) await create(i);
  const all = residentBytes(relay.pid);
  return {
    'RSS kB per session': (all - first) / (scenario.sessions - 1) / 1000,
    'RSS MB with one session': first / 1e6,
    'RSS MB': all / 1e6,
  };
}

/** The most sessions without losses, found by halving; one relay process per step. */
async function highest(command: RelayCommand, scenario: Scenario, options: Options): Promise<Figures> {
  let good = scenario.sessions;
  let bad = MOST_SESSIONS;
  while (bad - good > PRECISION) {
    const sessions = Math.round((good + bad) / 2);
    if (await carries(command, { name: scenario.name, sessions }, options)) good = sessions;
    else bad = sessions;
  }
  return { 'highest sessions without loss': good };
}

async function carries(command: RelayCommand, scenario: Scenario, options: Options): Promise<boolean> {
  const figures = await run(command, scenario, options);
  const lost = Math.max(figures['lost %'] ?? 100, figures['generator not sent %'] ?? 0);
  return lost < TOLERATED * 100;
}
