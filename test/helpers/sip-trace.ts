/** Where an SDP wants the audio to be sent: its `c=` address and its `m=audio` port. */
export interface MediaAddress {
  readonly address: string;
  readonly port: number;
}

/** One SIP message that a SIPp phone sent or received. */
export interface TracedMessage {
  readonly direction: 'sent' | 'received';
  /** `INVITE sip:... SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly startLine: string;
  readonly callId: string;
  /** Method of the CSeq header: also tells what a reply is the reply to. */
  readonly method: string;
  /** Of the SDP; undefined when there is none. */
  readonly media: MediaAddress | undefined;
}

const HEAD = /-{47} [^\n]*\nUDP message (sent|received) [([](\d+)(?: bytes\):|\] bytes :)\n\n/;

/** Reads the file that SIPp writes with -trace_msg, piece by piece as it grows. */
export class SipTraceReader {
  #pending = '';

  /** Takes the next piece (Latin-1) and returns the messages that are complete with it. */
  push(piece: string): TracedMessage[] {
    this.#pending += piece;
    const messages: TracedMessage[] = [];
    for (;;) {
      const head = HEAD.exec(this.#pending);
      if (head === null) return messages;
      const start = head.index + head[0].length;
      const end = start + Number(head[2]);
      if (this.#pending.length < end) return messages;
      messages.push(readMessage(head[1] === 'sent' ? 'sent' : 'received', this.#pending.slice(start, end)));
      this.#pending = this.#pending.slice(end);
    }
  }
}

function readMessage(direction: 'sent' | 'received', text: string): TracedMessage {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return {
    direction,
    startLine: head.split('\r\n')[0] ?? '',
    callId: /^Call-ID: *(\S+)/im.exec(head)?.[1] ?? '',
    method: /^CSeq: *\d+ +(\S+)/im.exec(head)?.[1] ?? '',
    media: readMedia(body),
  };
}

function readMedia(sdp: string): MediaAddress | undefined {
  const port = /^m=audio (\d+) /m.exec(sdp)?.[1];
  const addresses = [...sdp.matchAll(/^c=IN IP[46] (\S+)/gm)].map((line) => line[1] ?? '');
  const [address] = addresses;
  if (port === undefined || address === undefined) return undefined;
  if (addresses.length > 1) throw new Error(`one c= line expected:\n${sdp}`);
  return { address, port: Number(port) };
}
