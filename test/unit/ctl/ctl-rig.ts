import { explain } from '../../../src/calls/explain.ts';
import type { CallDetail } from '../../../src/calls/view.ts';
import { runCtl } from '../../../src/cli/ctl.ts';
import type { CtlHost, Terminal } from '../../../src/ctl/host.ts';
import { FakeCalls } from '../../helpers/fake-calls.ts';

/** Calls that a test makes up, with what the rules say of them. */
export class ExplainedCalls extends FakeCalls {
  override async find(id: string): Promise<CallDetail | undefined> {
    const named = [...this.known.values()].filter((call) => call.call_id === id);
    const call = this.known.get(id) ?? (named.length === 1 ? named[0] : undefined);
    if (call === undefined) return undefined;
    const leg = { packets: 250, lost_packets: 3, late_packets: 1, jitter_ms: 0.7, mos_lq: 4.2 };
    return { call, slices: [{ at: '2026-01-01T00:00:05.000Z', caller: leg, callee: leg }], findings: explain(call) };
  }
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What `rtpp-ctl` runs in, in a test. */
export class CtlRig implements CtlHost {
  readonly terminal: Terminal | undefined;
  readonly end = new AbortController();
  readonly signal = this.end.signal;
  /** Called with each text for standard output. */
  onOut: ((text: string) => void) | undefined;
  #out = '';
  #err = '';

  constructor(terminal?: Terminal) {
    this.terminal = terminal;
  }

  out(text: string): void {
    this.#out += text;
    this.onOut?.(text);
  }

  err(text: string): void {
    this.#err += text;
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const code = await runCtl(args, env, this);
    return { code, out: this.#out, err: this.#err };
  }
}
