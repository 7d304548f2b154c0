import { type HepAgent, type HepPacket, hepBytes } from './hep.ts';
import type { Losses } from './losses.ts';
import type { HepSender } from './sender.ts';

/** Packs what is captured and sends it. */
export class Capture {
  readonly #agent: HepAgent;
  readonly #sender: HepSender;
  readonly #losses: Losses;

  constructor(agent: HepAgent, sender: HepSender, losses: Losses) {
    this.#agent = agent;
    this.#sender = sender;
    this.#losses = losses;
  }

  send(packet: HepPacket): void {
    const bytes = hepBytes(packet, this.#agent);
    if (bytes === undefined || bytes.length > this.#sender.maxBytes) this.#losses.add(1, 'too long');
    else this.#sender.send(bytes);
  }
}
