import { PacedPhone, type Speech } from './paced-phone.ts';
import type { Endpoint } from './udp-peer.ts';

// The process of a PhoneHost. It opens phones and has them do what its parent asks for.

/** What the parent may ask for. A phone is known by its number. */
export type Call =
  | { readonly name: 'open'; readonly at: Endpoint }
  | { readonly name: 'talk'; readonly phone: number; readonly speech: Speech }
  | { readonly name: 'say'; readonly phone: number; readonly text: string; readonly to: Endpoint }
  | { readonly name: 'hear'; readonly phone: number; readonly text: string; readonly ms: number }
  | { readonly name: 'close'; readonly phone: number };

export interface Request {
  readonly id: number;
  readonly call: Call;
}

export interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const phones: PacedPhone[] = [];

function phoneOf(number: number): PacedPhone {
  const phone = phones[number];
  if (phone === undefined) throw new Error(`no phone ${number}`);
  return phone;
}

async function answer(call: Call): Promise<unknown> {
  switch (call.name) {
    case 'open': {
      const phone = await PacedPhone.open(call.at);
      return { phone: phones.push(phone) - 1, local: phone.local };
    }
    case 'talk':
      return phoneOf(call.phone).talk(call.speech);
    case 'say':
      return phoneOf(call.phone).say(call.text, call.to);
    case 'hear':
      return phoneOf(call.phone).hear(call.text, call.ms);
    case 'close':
      return phoneOf(call.phone).close();
  }
}

function respond(response: Response): void {
  if (process.connected) process.send?.(response);
}

process.on('message', ({ id, call }: Request) => {
  answer(call).then(
    (result) => respond({ id, result }),
    (error: unknown) => respond({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
