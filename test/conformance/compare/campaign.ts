import { Agreement } from './agreement.ts';
import { CONFIGURATIONS, type Configuration, generatorOptions } from './configurations.ts';
import { Findings } from './findings.ts';
import { CommandGenerator, type TestCommand } from './generator.ts';
import { findKnown, isChance, type Step } from './known.ts';
import { Pair, type Programs } from './pair.ts';
import { shrink } from './shrink.ts';

export interface CampaignOptions {
  readonly programs: Programs;
  readonly configurations: readonly Configuration[];
  readonly seed: number;
  /** Commands for each configuration. */
  readonly count: number;
  /** At most so many fresh pairs of daemons are started to shorten the history of a finding; 0: it is not searched. */
  readonly trials: number;
  progress(line: string): void;
}

/** Different seeds for the episodes of all configurations. */
const CONFIGURATION_STEP = 100_003;
const SEED_STEP = 10_000_019;
/** After so many findings of one configuration the rest of it would tell nothing new. */
const MOST_FINDINGS = 100;

/** Sends the commands of a seed to fresh pairs of daemons, and tells what they answered differently. */
export async function runCampaign(options: CampaignOptions): Promise<Findings> {
  const findings = new Findings();
  for (const configuration of options.configurations) {
    const index = CONFIGURATIONS.indexOf(configuration);
    const before = findings.total;
    for (let done = 0, episode = 0; done < options.count; done += configuration.episode, episode += 1) {
      const seed = options.seed * SEED_STEP + index * CONFIGURATION_STEP + episode;
      const count = Math.min(configuration.episode, options.count - done);
      await runEpisode(options, configuration, { seed, count }, findings);
      if (findings.total - before > MOST_FINDINGS) break;
    }
    options.progress(`${configuration.name}: ${findings.total - before} differences`);
  }
  return findings;
}

async function runEpisode(
  options: CampaignOptions,
  configuration: Configuration,
  { seed, count }: { seed: number; count: number },
  findings: Findings,
): Promise<void> {
  const generator = new CommandGenerator(seed, generatorOptions(configuration));
  let rest = Array.from({ length: count }, () => generator.next());
  while (rest.length > 0) {
    const difference = await play(options, configuration, rest, findings);
    if (difference === undefined) return;
    const { steps, last, ended } = difference;
    const { command, answers } = last;
    const known = findKnown(last, steps, configuration, ended !== undefined);
    if (known !== undefined) findings.addKnown(known.name, last);
    else {
      const mayBeChance = isChance(last, configuration);
      const isNew = mayBeChance || findings.isNew(configuration, command, answers);
      const reproduces = async (commands: readonly TestCommand[]) => {
        const again = await play(options, configuration, commands, undefined);
        return again !== undefined && again.last.command === command;
      };
      const history = steps.map((step) => step.command);
      const shortest =
        isNew && options.trials > 0 ? await shrink(history, command, reproduces, options.trials) : undefined;
      if (mayBeChance && options.trials > 0 && shortest === undefined)
        findings.addKnown('a port taken twice by chance', last);
      else findings.add({ configuration, seed, command, answers, ended, shortest });
    }
    // The two may have different sessions from here on: the next commands go to a fresh pair.
    rest = rest.slice(steps.length + 1);
  }
}

interface Difference {
  /** What came before, without a difference. */
  readonly steps: readonly Step[];
  readonly last: Step;
  /** How a daemon ended that no longer runs, or what it does not do any more. */
  readonly ended: string | undefined;
}

/** Sends the commands to a fresh pair up to the first difference. */
async function play(
  { programs }: CampaignOptions,
  configuration: Configuration,
  commands: readonly TestCommand[],
  findings: Findings | undefined,
): Promise<Difference | undefined> {
  const pair = await Pair.start(programs, configuration);
  try {
    const agreement = new Agreement(pair);
    const steps: Step[] = [];
    let draining = false;
    for (const command of commands) {
      if (!draining && command.number >= (configuration.drainAfter ?? Number.POSITIVE_INFINITY)) {
        await pair.drain();
        draining = true;
      }
      const last = { command, answers: await pair.ask(command) };
      findings?.count(last.answers);
      const stuck = await pair.settle(command).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      const ended = pair.ended() ?? stuck;
      if (ended !== undefined || !agreement.agrees(command, last.answers)) return { steps, last, ended };
      steps.push(last);
    }
    return undefined;
  } finally {
    await pair.close();
  }
}
