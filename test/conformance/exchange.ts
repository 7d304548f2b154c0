import { isOwnDaemon } from './daemon.ts';
import { type Report, show } from './report.ts';
import type { Step } from './scenario.ts';
import type { Stage } from './stage.ts';

const REPLY_MS = 2500;

interface Expectation {
  /** As a failure shows it. */
  readonly wanted: string;
  readonly ms: number;
  /** Whether a reply of a stream is complete, be it the right one or not. */
  complete(received: string): boolean;
  met(reply: string | undefined): boolean;
}

/** Sends a step's command and compares the reply. Named groups of the expected one become variables. */
export async function exchange(stage: Stage, step: Step, command: string, report: Report): Promise<void> {
  const { daemon, substitution } = stage;
  if (daemon.exit() !== undefined) return report.giveUp('the daemon is gone', [JSON.stringify(daemon.exit())]);
  const channel = await stage.channel(step.via);
  const unexpected = channel.takeUnexpected();
  if (unexpected !== '') report.check(false, 'data came before this step', [show(unexpected)]);

  const data = substitution.text(command);
  const here = isOwnDaemon() ? step.here : undefined;
  const pattern = here !== undefined || step.expect_re === undefined ? undefined : substitution.pattern(step.expect_re);
  const expectation =
    pattern === undefined ? textOrNone({ ...step, ...(here && { expect: here }) }, stage) : matching(pattern);
  const reply = await channel.exchange(data, expectation.complete, expectation.ms);

  const met = expectation.met(reply);
  const what = step.note === undefined ? 'the reply differs' : `the reply differs (${step.note})`;
  const details = [`sent     ${show(data)}`, `expected ${expectation.wanted}`, `got      ${show(reply)}`];
  if (met || reply !== undefined) report.check(met, what, details);
  else report.giveUp(what, details);
  for (const [name, value] of Object.entries(pattern?.exec(reply ?? '')?.groups ?? {})) {
    substitution.variables.set(name, value);
  }
}

function matching(pattern: RegExp): Expectation {
  return {
    wanted: String(pattern),
    ms: REPLY_MS,
    complete: (received) => pattern.test(received),
    met: (reply) => reply !== undefined && pattern.test(reply),
  };
}

function textOrNone(step: Step, stage: Stage): Expectation {
  if (step.expect === undefined) {
    const complete = (received: string) => received.endsWith('\n');
    return { wanted: 'no reply', ms: step.expect_none ?? 0, complete, met: (reply) => reply === undefined };
  }
  const text = stage.substitution.text(step.expect);
  return {
    wanted: show(text),
    ms: REPLY_MS,
    complete: (received) => received !== '' && received.length >= text.length,
    met: (reply) => reply === text,
  };
}
