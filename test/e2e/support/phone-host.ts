import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestScope } from '../../helpers/cleanup.ts';
import { within } from '../../helpers/deadline.ts';
import { NetworkNamespace } from './network-namespace.ts';
import type { Arrival, Speech } from './paced-phone.ts';
import type { Call, Request, Response } from './phone-host-process.ts';
import type { Endpoint } from './udp-peer.ts';

const MODULE = fileURLToPath(new URL('phone-host-process.ts', import.meta.url));
const ANSWER_MS = 30_000;

/** A phone in another process: what `PacedPhone` does, at a distance. */
export interface RemotePhone {
  readonly local: Endpoint;
  talk(speech: Speech): Promise<number>;
  say(text: string, to: Endpoint): Promise<void>;
  hear(text: string, ms: number): Promise<Endpoint | null>;
  close(): Promise<readonly Arrival[]>;
}

/** A network namespace with a process in it that has phones. */
export class PhoneHost {
  readonly namespace: NetworkNamespace;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (response: Response) => void>();
  #last = 0;

  private constructor(namespace: NetworkNamespace, child: ChildProcess) {
    this.namespace = namespace;
    this.#child = child;
    child.on('message', (response: Response) => this.#waiting.get(response.id)?.(response));
  }

  static async start(scope: TestScope): Promise<PhoneHost> {
    const { namespace, child } = await NetworkNamespace.ofModule(scope, MODULE);
    return new PhoneHost(namespace, child);
  }

  /** Opens a phone on an address of the namespace. */
  async open(at: Endpoint): Promise<RemotePhone> {
    const { phone, local } = (await this.#ask({ name: 'open', at })) as { phone: number; local: Endpoint };
    return {
      local,
      talk: async (speech) => (await this.#ask({ name: 'talk', phone, speech })) as number,
      say: async (text, to) => {
        await this.#ask({ name: 'say', phone, text, to });
      },
      hear: async (text, ms) => (await this.#ask({ name: 'hear', phone, text, ms })) as Endpoint | null,
      close: async () => (await this.#ask({ name: 'close', phone })) as readonly Arrival[],
    };
  }

  async #ask(call: Call): Promise<unknown> {
    const id = ++this.#last;
    const request: Request = { id, call };
    const answered = new Promise<Response>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#child.send(request, (error) => error !== null && reject(error));
    });
    const { error, result } = await within(answered, ANSWER_MS, `answer of a phone to ${call.name}`);
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${JSON.stringify(call)}: ${error}`);
    return result;
  }
}
