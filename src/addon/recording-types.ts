/** What a recording's packets say of its streams (`native/rtp/recording_stats.h`). */
export interface RecordingFigures {
  /** Of the latest run of sequence numbers. */
  readonly packets: number;
  /** With what `offset` has added for wraps of 16 bits; below 0 of a packet from before the first one. */
  readonly least: number;
  readonly highest: number;
  readonly offset: number;
  readonly ssrc: number;
  readonly duplicates: number;
  /** SSRCs in a row, the first one included. */
  readonly ssrcChanges: number;
  /** Packets that must have been sent, judging by the sequence numbers. */
  readonly sent: number;
  readonly received: number;
  /** SSRCs with two or more packets; without one there is no jitter. */
  readonly jitterSsrcs: number;
  /** In RTP time stamp units. */
  readonly jitterLast: number;
  readonly jitterAverage: number;
  readonly jitterMax: number;
}

/** The daemon's analysis of a stream, for recordings. */
export interface NativeRecordingStats {
  /**
   * Takes `count` packets, six numbers each: payload type, marker, sequence number, time stamp, SSRC, arrival in Unix
   * seconds. It stops before one that is older than all others after a wrap, and tells how many it took.
   */
  add(rows: Float64Array, count: number): number;
  figures(): RecordingFigures;
}
