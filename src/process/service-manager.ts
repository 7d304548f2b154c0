import { type Sent, UnixDatagram } from '../addon/unix-datagram.ts';

/** Where messages for the service manager go. */
export interface NotifySocket {
  send(bytes: Uint8Array): Sent;
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells systemd, or whoever listens at NOTIFY_SOCKET, about the state of the daemon (sd_notify(3)). Without that variable
 * nothing is sent. A message that cannot be sent at once is lost: waiting would harm calls.
 */
export class ServiceManager {
  readonly #socket: NotifySocket | undefined;
  /** Milliseconds between signs of life; undefined when nobody waits for them. */
  readonly #interval: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(env: Environment, open: (path: string) => NotifySocket = (path) => new UnixDatagram(path)) {
    const path = env.NOTIFY_SOCKET ?? '';
    this.#socket = /^[/@]./.test(path) ? open(path) : undefined;
    this.#interval = watchdogInterval(env);
  }

  /** The start is complete, in a process that systemd has not started itself if `background`. */
  ready(background: boolean): void {
    const main = background ? `\nMAINPID=${process.pid}` : '';
    this.#send(`READY=1\nSTATUS=Relaying media${main}`);
  }

  reloading(): void {
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  reloaded(): void {
    this.#send('READY=1');
  }

  /** Slow shutdown: the daemon waits for its last session to end. */
  draining(): void {
    this.#send('STATUS=Waiting for the last call to end');
  }

  stopping(): void {
    this.#send('STOPPING=1\nSTATUS=Ending');
  }

  /** Signs of life from now on, each after `check`, which throws or does not return when something is wrong. */
  watch(check: () => void): void {
    if (this.#socket === undefined || this.#interval === undefined) return;
    this.#timer = setInterval(() => {
      check();
      this.#send('WATCHDOG=1');
    }, this.#interval).unref();
  }

  /** No more signs of life. Safe to call twice. */
  unwatch(): void {
    clearInterval(this.#timer);
  }

  /** The last message. */
  exited(): void {
    this.unwatch();
    this.#send('STATUS=Exited');
    this.#socket?.close();
  }

  #send(message: string): void {
    this.#socket?.send(Buffer.from(message));
  }
}

/** Half of what systemd waits for, as sd_watchdog_enabled(3) recommends. */
function watchdogInterval({ WATCHDOG_USEC: limit = '', WATCHDOG_PID: pid }: Environment): number | undefined {
  const micros = /^\d+$/.test(limit) ? Number(limit) : 0;
  const ours = pid === undefined || pid === String(process.pid);
  const MAX_TIMER = 2 ** 31 - 1;
  return ours && micros > 0 ? Math.min(MAX_TIMER, Math.max(1, Math.floor(micros / 2000))) : undefined;
}
