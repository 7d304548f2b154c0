import { Losses } from '../../../../src/modules/acct-rtcp-hep/losses.ts';
import type { SenderParts } from '../../../../src/modules/acct-rtcp-hep/sender.ts';

/** What a sender tells. */
export class SenderBook {
  readonly lines: string[] = [];
  delivered = 0;
  lost = 0;

  partsFor(port: number): SenderParts {
    const log = (level: string, text: string): void => {
      this.lines.push(`${level} ${text}`);
    };
    const count = (lost: number): void => {
      this.lost += lost;
    };
    return {
      host: '127.0.0.1',
      port,
      losses: new Losses(count, (text) => log('WARN', text)),
      delivered: (delivered) => {
        this.delivered += delivered;
      },
      log,
    };
  }
}
