import { spawnSync } from 'node:child_process';

/** What Wireshark finds in a capture file. */
export interface Capture {
  /** One line `source port > destination port ssrc packets lost` for each RTP stream, sorted. */
  readonly streams: readonly string[];
  /** Complaints about packets, such as wrong checksums. */
  readonly complaints: readonly string[];
}

const CHECKS = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '--enable-heuristic', 'rtp_udp'];

/** Has tshark read a capture file. */
export function readWithTshark(path: string): Capture {
  const streams = run([...CHECKS, '-r', path, '-q', '-z', 'rtp,streams'])
    .split('\n')
    .filter((line) => /^\s*[\d.]+\s+[\d.]+\s/.test(line))
    .map((line) => {
      const [, , source, port, destination, destinationPort, ssrc, ...rest] = line.trim().split(/\s+/);
      const [, packets, lost] = /\s(\d+)\s+(\d+) \(/.exec(` ${rest.join(' ')}`) ?? [];
      return `${source} ${port} > ${destination} ${destinationPort} ${ssrc} ${packets} ${lost}`;
    });
  const complaints = run([...CHECKS, '-r', path, '-T', 'fields', '-e', '_ws.expert', '-Y', '_ws.expert']);
  return { streams: streams.sort(), complaints: complaints.split('\n').filter(Boolean) };
}

function run(args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`tshark is needed (Debian: apt-get install tshark): ${error.message}`);
  if (status !== 0) throw new Error(`tshark ${args.join(' ')}: exit code ${status}\n${stderr}`);
  return stdout;
}
