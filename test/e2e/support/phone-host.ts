import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:dgram';
import { fileURLToPath } from 'node:url';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { within } from '../../helpers/deadline.ts';
import { NetworkNamespace } from './network-namespace.ts';
import { PacedPhone } from './paced-phone.ts';
import type { Pacer } from './pacer.ts';
import type { Request, Response } from './phone-host-process.ts';
import type { Endpoint } from './udp-peer.ts';

const MODULE = fileURLToPath(new URL('phone-host-process.ts', import.meta.url));
const ANSWER_MS = 30_000;

/**
 * A network namespace with phones. Their sockets are in it, but all phones of all namespaces live in this process and have
 * one pacer: if each namespace had a process with phones of its own, one that is stalled would be silent while others talk.
 */
export class PhoneHost {
  readonly namespace: NetworkNamespace;
  readonly #child: ChildProcess;
  readonly #pacer: Pacer;
  readonly #phones: PacedPhone[] = [];
  readonly #waiting = new Map<number, (socket: Socket | Error) => void>();
  #last = 0;

  private constructor(namespace: NetworkNamespace, child: ChildProcess, pacer: Pacer) {
    this.namespace = namespace;
    this.#child = child;
    this.#pacer = pacer;
    child.on('message', ({ id, error }: Response, socket) => {
      this.#waiting.get(id)?.(socket instanceof Socket ? socket : new Error(error ?? 'no socket'));
      this.#waiting.delete(id);
    });
  }

  static async start(scope: TestScope, pacer: Pacer): Promise<PhoneHost> {
    const { namespace, child } = await NetworkNamespace.ofModule(scope, MODULE);
    const host = new PhoneHost(namespace, child, pacer);
    atEnd(scope, () => {
      for (const phone of host.#phones) phone.close();
    });
    return host;
  }

  /** Opens a phone on an address of the namespace. */
  async open(at: Endpoint): Promise<PacedPhone> {
    const request: Request = { id: ++this.#last, at };
    const answered = new Promise<Socket | Error>((resolve, reject) => {
      this.#waiting.set(request.id, resolve);
      this.#child.send(request, (error) => error !== null && reject(error));
    });
    const socket = await within(answered, ANSWER_MS, `a socket at ${at.host}:${at.port}`);
    if (socket instanceof Error) throw socket;
    const phone = new PacedPhone(socket, this.#pacer);
    this.#phones.push(phone);
    return phone;
  }
}
