import type { TestScope } from '../helpers/cleanup.ts';
import { Report, show } from './report.ts';
import type { Scenario } from './scenario.ts';
import { Stage } from './stage.ts';
import { perform } from './steps.ts';

/** What is wrong with a scenario (empty when nothing is), and how many expectations it was measured by. */
export interface Outcome {
  readonly failures: readonly string[];
  readonly checks: number;
}

/**
 * Plays a scenario with a daemon of its own (protocol.md 12). Rejects when the daemon cannot be started; leaves neither
 * process nor file behind when the test ends.
 */
export async function runScenario(scope: TestScope, scenario: Scenario): Promise<Outcome> {
  const stage = await Stage.open(scope, scenario);
  const report = new Report();
  for (const [index, step] of scenario.steps.entries()) {
    report.atStep(index + 1);
    try {
      await perform(stage, step, report);
    } catch (error) {
      report.giveUp('error', [error instanceof Error ? `${error.stack}` : String(error)]);
    }
    if (report.givenUp) break;
  }
  const unexpected = stage.takeUnexpected();
  if (unexpected !== '') report.giveUp('data came after the last step', [show(unexpected)]);
  const { daemon } = stage;
  if (!report.givenUp && daemon.exit() !== undefined && !scenario.steps.some((step) => step.expect_exit)) {
    report.giveUp('the daemon is gone', [JSON.stringify(daemon.exit())]);
  }
  const exit = await daemon.stop();
  if (exit.code !== 0) report.giveUp("the daemon's end", [JSON.stringify(exit)]);
  const { checks, failures } = report;
  const log = daemon.log();
  return {
    checks,
    failures: failures.length > 0 && log !== '' ? [...failures, `The daemon's log:\n${log}`] : failures,
  };
}
