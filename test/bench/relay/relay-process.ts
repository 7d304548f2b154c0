import { join } from 'node:path';
import { startProcess } from '../../helpers/child-process.ts';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { type ControlClient, udpClient } from '../../helpers/control-client.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import type { RelayCommand } from '../comparison.ts';
import type { Scenario } from './scenarios.ts';

const START_ATTEMPTS = 100;

export interface Relay {
  readonly pid: number;
  /** Of its udp control socket. */
  readonly port: number;
  readonly control: ControlClient;
  /** In which it was started. */
  readonly directory: string;
}

/** Ends what was begun for one run. */
export class RunScope implements TestScope {
  readonly #steps: (() => Promise<void>)[] = [];

  after(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async end(): Promise<void> {
    for (const step of this.#steps.reverse()) await step();
  }
}

/** Starts a relay and waits until it answers. */
export async function startRelay(scope: TestScope, command: RelayCommand, scenario: Scenario): Promise<Relay> {
  const directory = temporaryDirectory(scope);
  const port = await freeUdpPort('127.0.0.1');
  const listen = scenario.address === undefined ? ['-l', '127.0.0.1'] : ['-6', scenario.address];
  const record = scenario.record === true ? ['-r', directory, '-a'] : [];
  const own = ['-f', '-F', '-p', join(directory, 'pid'), '-d', 'crit', '-s', `udp:127.0.0.1:${port}`];
  const child = await startProcess(scope, [...command.words, ...own, ...listen, ...record], { cwd: directory });
  const control = udpClient('127.0.0.1', port);
  for (let attempt = 1; ; attempt++) {
    if (child.exit() !== undefined) throw new Error(`${command.name} ended at once: ${child.stderr()}`);
    try {
      await control.command('V');
      return { pid: child.pid, port, control, directory };
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}
