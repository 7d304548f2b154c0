import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { until, within } from '../helpers/deadline.ts';
import { evaluate } from './checks.ts';
import { exchange } from './exchange.ts';
import { type Report, show } from './report.ts';
import type { Step } from './scenario.ts';
import type { Stage } from './stage.ts';

const MEDIA_MS = 1500;
const NOTIFY_MS = 6000;
const NO_NOTIFY_MS = 300;
const FILES_MS = 1500;
const EXIT_MS = 4000;
/** Until the daemon has surely seen a signal: no event tells. */
const SIGNAL_MS = 150;

/** Does everything a step asks for, in the order of protocol.md 12. Rejects when the scenario itself is wrong. */
export async function perform(stage: Stage, step: Step, report: Report): Promise<void> {
  const begin = performance.now();
  stage.substitution.nextStep();
  if (step.sleep_ms !== undefined) await delay(step.sleep_ms);
  if (step.signal !== undefined) {
    stage.daemon.signal(step.signal);
    await delay(SIGNAL_MS);
  }
  if (step.reconnect) stage.disconnect(step.via);
  if (step.media_send !== undefined) {
    const terms = stage.substitution.text(step.media_send.to).split('+').map(Number);
    await stage.media.send(
      step.media_send,
      terms.reduce((sum, term) => sum + term, 0),
    );
  }
  if (step.send !== undefined) await exchange(stage, step, step.send, report);
  if (step.stdin_eof) {
    (await stage.channel(step.via)).endInput();
    stage.inputEndedAt = performance.now();
  }
  if (step.media_expect !== undefined) await expectMedia(stage, step.media_expect, report);
  if (step.expect_notify !== undefined) await expectNotify(stage, step.expect_notify, report);
  if (step.expect_files !== undefined) await expectFiles(stage, step.expect_files, report);
  if (step.expect_exit !== undefined) await expectExit(stage, step.expect_exit, stage.inputEndedAt ?? begin, report);
  if (step.expect_running !== undefined) await expectRunning(stage, step.expect_running, report);
  for (const check of step.check ?? []) {
    const { met, values } = evaluate(check, stage.substitution);
    report.check(met, `check ${JSON.stringify(check)}`, [`values ${values.join(', ')}`]);
  }
}

async function expectMedia(
  stage: Stage,
  { at, count, within_ms: ms = MEDIA_MS }: NonNullable<Step['media_expect']>,
  report: Report,
): Promise<void> {
  const received = await stage.media.receive(at, count, ms);
  report.check(received === count, `media at ${at}`, [`expected ${count} packets`, `got      ${received}`]);
}

async function expectNotify(
  stage: Stage,
  { listener, expect = '', lines }: NonNullable<Step['expect_notify']>,
  report: Report,
): Promise<void> {
  const wanted = lines === undefined ? expect : lines.map((line) => `${line}\n`).join('');
  const received = await stage.listeners.receive(listener, wanted.length, wanted === '' ? NO_NOTIFY_MS : NOTIFY_MS);
  const inOrder = (text: string) => (lines === undefined ? text : text.split('\n').sort().join('\n'));
  const details = [`expected ${show(wanted)}`, `got      ${show(received)}`];
  report.check(inOrder(received) === inOrder(wanted), `notification at ${listener}`, details);
}

async function expectFiles(
  stage: Stage,
  { dir, names }: NonNullable<Step['expect_files']>,
  report: Report,
): Promise<void> {
  const wanted = [...names].sort().join(' ');
  const found = () => readdirSync(stage.substitution.text(dir)).sort().join(' ');
  // What is there when the time is over decides.
  await until(() => found() === wanted, FILES_MS, dir).catch(() => undefined);
  report.check(found() === wanted, `files in ${dir}`, [`expected ${wanted}`, `got      ${found()}`]);
}

async function expectExit(
  { daemon }: Stage,
  {
    code,
    within_ms: ms = EXIT_MS,
    min_ms: min = 0,
    max_ms: max = Number.POSITIVE_INFINITY,
  }: NonNullable<Step['expect_exit']>,
  since: number,
  report: Report,
): Promise<void> {
  await within(daemon.exited, ms, 'end of the daemon').catch(() => undefined);
  const exit = daemon.exit();
  const details = [`expected exit code ${code}`, `got      ${exit === undefined ? 'none' : JSON.stringify(exit)}`];
  report.check(exit?.code === code, "the daemon's end", details);
  const took = performance.now() - since;
  report.check(took >= min && took <= max, 'time until the end', [
    `expected ${min} to ${max} ms`,
    `got      ${took.toFixed()} ms`,
  ]);
}

async function expectRunning({ daemon }: Stage, ms: number, report: Report): Promise<void> {
  await Promise.race([daemon.exited, delay(ms)]);
  const exit = daemon.exit();
  report.check(exit === undefined, 'the daemon does not run on', [`ended ${JSON.stringify(exit)}`]);
}
