import type { CommandOptions, RtpproxyClient } from '../client/client.ts';
import type { Answer } from './query-answer.ts';

interface UnderWay {
  readonly command: string;
  readonly reply: Promise<string>;
}

/**
 * Sends commands as they come, up to `width` of them without a reply at a time, and yields the answers in the order of the
 * commands: each as soon as it is there, so that who waits for it before the next command gets it.
 *
 * Rejects as `RtpproxyClient.raw` does, with the first command that has no reply.
 */
export async function* answers(
  client: Pick<RtpproxyClient, 'raw'>,
  commands: AsyncIterable<string>,
  width: number,
  options: CommandOptions,
): AsyncGenerator<Answer, void, void> {
  const input = commands[Symbol.asyncIterator]();
  const underWay: UnderWay[] = [];
  let next: Promise<IteratorResult<string>> | undefined;
  for (let ended = false; ; ) {
    if (!ended && underWay.length < width) next ??= input.next();
    const [head] = underWay;
    if (head === undefined && next === undefined) return;
    const events: Promise<'command' | 'reply'>[] = [];
    if (head !== undefined) events.push(head.reply.then(() => 'reply'));
    if (next !== undefined) events.push(next.then(() => 'command'));
    const event = await Promise.race(events);
    if (event === 'reply' && head !== undefined) {
      underWay.shift();
      yield { command: head.command, reply: await head.reply };
      continue;
    }
    const step = await next;
    next = undefined;
    if (step === undefined || step.done === true) ended = true;
    else underWay.push({ command: step.value, reply: send(client, step.value, options) });
  }
}

/** Its failure counts when its turn comes. */
function send(client: Pick<RtpproxyClient, 'raw'>, command: string, options: CommandOptions): Promise<string> {
  const reply = client.raw(command, options);
  reply.catch(() => undefined);
  return reply;
}
