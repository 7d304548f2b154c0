import { isIP } from 'node:net';
import type { AddressAlias, SocketAddress } from '../addon/access.ts';
import type { Engine } from '../addon/engine.ts';
import { parseBlocks } from '../config/block-list.ts';
import type { Config } from '../config/config.ts';
import type { Control } from './control.ts';

type AccessConfig = Pick<Config, 'listen' | 'controlAllow' | 'peerAllow' | 'peerDeny'>;

/** What tells the engine who may be the peer of a call, and asks it. */
export class Access {
  readonly #engine: Pick<Engine, 'setAccess' | 'judge'>;
  readonly #aliases: readonly AddressAlias[];
  #config: AccessConfig;
  #control: readonly SocketAddress[] = [];
  /** Ports of `#control`: any other address need not be judged. */
  #ports: ReadonlySet<number> = new Set();

  constructor(engine: Pick<Engine, 'setAccess' | 'judge'>, config: AccessConfig) {
    this.#engine = engine;
    this.#config = config;
    this.#aliases = config.listen.flatMap(({ host, advertised = '' }) =>
      isIP(advertised) === 0 ? [] : [{ advertised, local: host }],
    );
    this.#tell();
  }

  /** These UDP control sockets are no party of any call. */
  protect(control: readonly SocketAddress[]): void {
    this.#control = control;
    this.#ports = new Set(control.map(({ port }) => port));
    this.#tell();
  }

  /** The lists have changed: of parties, and of those who may send commands. */
  judgeBy(config: AccessConfig, control: Pick<Control, 'allowOnly'>): void {
    control.allowOnly(parseBlocks(config.controlAllow));
    this.#config = config;
    this.#tell();
  }

  /** What is sent to that port of a numeric host, or to the RTCP port behind it, comes to one of them. */
  readonly reachesControlSocket = (host: string, port: number): boolean =>
    [port, port + 1].some((each) => this.#ports.has(each) && this.#engine.judge(host, each) === 'control');

  #tell(): void {
    const [allow, deny] = [parseBlocks(this.#config.peerAllow), parseBlocks(this.#config.peerDeny)];
    this.#engine.setAccess({ control: this.#control, aliases: this.#aliases, allow, deny });
  }
}
