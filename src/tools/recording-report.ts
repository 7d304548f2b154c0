import type { RecordingFigures } from '../addon/recording-stats.ts';
import type { Survey } from '../audio/survey.ts';

/** The figures of a recording, as the C tool prints them. */
export function figuresText(figures: RecordingFigures): string {
  const { packets, least, highest, offset, ssrc, duplicates, ssrcChanges, sent, received } = figures;
  const lines = [
    `pcount=${packets}, min_seq=${least >>> 0}, max_seq=${highest >>> 0}, seq_offset=${offset >>> 0}, ` +
      `ssrc=0x${ssrc.toString(16).toUpperCase().padStart(8, '0')}, duplicates=${duplicates}`,
    `ssrc_changes=${ssrcChanges}, psent=${sent}, precvd=${received}, plost=${sent - received}`,
  ];
  if (figures.jitterSsrcs > 0) {
    const [last, average, max] = [figures.jitterLast, figures.jitterAverage, figures.jitterMax].map(sixDigits);
    lines.push(`last_jitter=${last},average_jitter=${average},max_jitter=${max}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Why a recording ended before its file did, in the words of the C tool. */
export function faultText(fault: NonNullable<Survey['fault']>, packets: number): string {
  switch (fault.kind) {
    case 'cut':
      return `input file truncated, ${fault.missing} bytes are missing`;
    case 'misaligned':
      return `invalid format, ${packets} packets loaded`;
    case 'broken':
      return 'broken or truncated PCAP file';
    case 'misplaced':
      return 'update_rtpp_stats() failed';
  }
}

/** As printf's `%f`: what lies in the middle of two numbers goes to the even one. */
function sixDigits(value: number): string {
  const rounded = value.toFixed(6);
  const [whole = '', digits = ''] = value.toFixed(30).split('.');
  const isMiddle = /^50*$/.test(digits.slice(6));
  const isEven = /[02468]$/.test(digits.slice(0, 6));
  return isMiddle && isEven ? `${whole}.${digits.slice(0, 6)}` : rounded;
}
