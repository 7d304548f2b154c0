import { RECEIVER_REPORT, type ReportBlock, type RtcpReport, SENDER_REPORT } from './rtcp-reports.ts';

/** Reports as the C daemon writes them, blank for blank: JSON objects, one behind the other without anything between them. */
export function rtcpJson(reports: readonly RtcpReport[]): string {
  return reports.map(reportJson).join('');
}

/** The same reports one by one, each with one block at most: what HOMER reads of a packet is one object and its first block. */
export function splitReports(reports: readonly RtcpReport[]): RtcpReport[] {
  return reports.flatMap((report) => {
    const { blocks } = report;
    return blocks.length < 2 ? [report] : blocks.map((block) => ({ ...report, blocks: [block] }));
  });
}

function reportJson({ ssrc, sender, blocks }: RtcpReport): string {
  const lines = [`{\n "ssrc": ${ssrc},\n`];
  if (sender !== undefined) {
    const { ntpSeconds, ntpFraction, rtpTimestamp, packets, octets } = sender;
    lines.push(' "sender_information": {\n', `  "ntp_timestamp_sec": ${ntpSeconds},\n`);
    // The raw fraction and no microseconds: the C daemon's key, and what collectors have to live with.
    lines.push(`  "ntp_timestamp_usec": ${ntpFraction},\n`, `  "rtp_timestamp": ${rtpTimestamp},\n`);
    lines.push(`  "packets": ${packets},\n`, `  "octets": ${octets}\n },\n`);
  }
  lines.push(` "type": ${sender === undefined ? RECEIVER_REPORT : SENDER_REPORT},\n`);
  if (blocks.length > 0) lines.push(` "report_blocks": [\n${blocks.map(blockJson).join('  ,\n')} ],\n`);
  lines.push(` "report_count": ${blocks.length}\n}`);
  return lines.join('');
}

function blockJson(block: ReportBlock): string {
  return `  {
   "source_ssrc": ${block.sourceSsrc},
   "fraction_lost": ${block.fractionLost},
   "packets_lost": ${block.packetsLost},
   "highest_seq_no": ${block.highestSequence},
   "ia_jitter": ${block.jitter},
   "lsr": ${block.lastSenderReport},
   "dlsr": ${block.delaySinceLastSenderReport}
  }
`;
}
