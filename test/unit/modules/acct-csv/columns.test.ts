import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressFigures } from '../../../../src/addon/contract.ts';
import { HEADER, rowOf } from '../../../../src/modules/acct-csv/columns.ts';
import { channel } from '../../session/stats.ts';
import { testSession } from '../../session/test-session.ts';
import { endedSession } from '../ended-session.ts';

const LOOPBACK = 0x7f000001;
const ORIGIN = { node: 'vm', pid: 32444, uid: 0 };
const NOWHERE: AddressFigures = { family: 0, port: 0, ip0: 0, ip1: 0, ip2: 0, ip3: 0 };

function loopback(port: number): AddressFigures {
  return { ...NOWHERE, family: 4, port, ip0: LOOPBACK };
}

/** By the names of the columns. */
function rowFields(row: string): Record<string, string> {
  const names = HEADER.trimEnd().split(',');
  return Object.fromEntries(
    row
      .trimEnd()
      .split(',')
      .map((field, index) => [names[index], field]),
  );
}

// A call of five packets each way and RTCP, and the row that the C daemon wrote of it.
const C_ROW =
  '1.2,vm,32444,0,call-1,f1,1795855972.636954,1795855973.122252,1795855972.807361,1795855972.889695,1795855972.644951,' +
  '1795855972.726385,5,5,10,0,2,1,3,0,5,5,0,0,0,0x00001234,1,8,5,5,0,0,0,0xABCDEF01,1,0,1.024094,1.024094,0.659649,' +
  '1.009430,1.009430,0.714638,127.0.0.1,29332,127.0.0.1,22838,127.0.0.1,29333,127.0.0.1,22839,f,f,0,0\n';

test('a row is what the C daemon has of the same call', () => {
  const row = rowOf(
    endedSession({
      session: testSession('call-1', 'f1'),
      setupAt: 1795855972.636954,
      endedAt: 1795855973.122252,
      callee: {
        rtp: channel({ received: 5, relayed: 5 }),
        rtcp: channel({ received: 1, relayed: 1 }),
        firstIn: 1795855972.807361,
        lastIn: 1795855972.889695,
        sent: 5,
        received: 5,
        ssrc: 0x1234,
        ssrcChanges: 1,
        lastPayload: 8,
        jitterLast: 1.0240938,
        jitterMax: 1.0240938,
        jitterAvg: 0.6596489,
        media: loopback(29332),
        rtcpMedia: loopback(29333),
      },
      caller: {
        rtp: channel({ received: 5, relayed: 5 }),
        rtcp: channel({ received: 2, relayed: 2 }),
        firstIn: 1795855972.644951,
        lastIn: 1795855972.726385,
        sent: 5,
        received: 5,
        ssrc: 0xabcdef01,
        ssrcChanges: 1,
        lastPayload: 0,
        jitterLast: 1.0094301,
        jitterMax: 1.0094301,
        jitterAvg: 0.7146377,
        media: loopback(22838),
        rtcpMedia: loopback(22839),
      },
    }),
    ORIGIN,
  );
  assert.equal(row, C_ROW);
  assert.equal(HEADER.split(',').length, 54);
});

test('of a session without media nothing is made up', () => {
  const fields = rowFields(rowOf(endedSession(), ORIGIN));
  for (const side of ['o', 'a']) {
    assert.deepEqual(
      [fields[`rtpa_ssrc_last_in${side}`], fields[`rtpa_ssrc_cnt_in${side}`], fields[`rtpa_pt_last_in${side}`]],
      ['', '0', '-1'],
    );
    assert.deepEqual([fields[`first_rtp_ts_in${side}`], fields[`last_rtp_ts_in${side}`]], ['0.000000', '0.000000']);
    for (const kind of ['rtp', 'rtcp']) {
      assert.deepEqual([fields[`rtpp_${kind}_rmt_ip_${side}`], fields[`rtpp_${kind}_rmt_pt_${side}`]], ['', '']);
    }
  }
});

test('each figure is in its own column', () => {
  const leg = (from: number) => ({
    rtp: channel({ received: from, relayed: 1000 * from, dropped: from + 1 }),
    rtcp: channel({ received: from + 2, relayed: 2000 * from, dropped: from + 3 }),
    firstIn: from + 4,
    lastIn: from + 5,
    sent: 2 * from + 6,
    received: from,
    duplicates: from + 7,
    parseErrors: from + 8,
    ssrc: from + 9,
    ssrcChanges: from + 10,
    lastPayload: from + 11,
    payloadType: 0,
    jitterLast: from + 12,
    jitterMax: from + 13,
    jitterAvg: from + 14,
    media: loopback(from + 15),
    rtcpMedia: { family: 6, port: from + 16, ip0: 0x20010db8, ip1: 0, ip2: 0, ip3: 1 },
  });
  const session = testSession('call', 'tag;2');
  session.legs[0].holds = 3;
  session.legs[1].peer = { kind: 'hold' };
  const fields = rowFields(
    rowOf(endedSession({ session, callee: leg(100), caller: leg(200) }), { ...ORIGIN, uid: 14 }),
  );
  const expected = {
    sess_uid: '14',
    from_tag: 'tag;2',
    rtp_npkts_ina: '200',
    rtp_npkts_ino: '100',
    rtp_nrelayed: '300000',
    rtp_ndropped: '302',
    rtcp_npkts_ina: '202',
    rtcp_npkts_ino: '102',
    rtcp_nrelayed: '600000',
    rtcp_ndropped: '306',
    first_rtp_ts_ino: '104.000000',
    last_rtp_ts_ina: '205.000000',
    rtpa_nsent_ino: '206',
    rtpa_nrcvd_ino: '100',
    rtpa_nlost_ino: '106',
    rtpa_ndups_ina: '207',
    rtpa_perrs_ina: '208',
    rtpa_ssrc_last_ina: '0x000000D1',
    rtpa_ssrc_cnt_ino: '110',
    rtpa_pt_last_ino: '111',
    rtpa_jitter_last_ino: '112.000000',
    rtpa_jitter_max_ina: '213.000000',
    rtpa_jitter_avg_ina: '214.000000',
    rtpp_rtp_rmt_ip_o: '127.0.0.1',
    rtpp_rtp_rmt_pt_a: '215',
    rtpp_rtcp_rmt_ip_a: '[2001:db8::1]',
    rtpp_rtcp_rmt_pt_o: '116',
    rtpp_hld_sts_o: 'f',
    rtpp_hld_sts_a: 't',
    rtpp_hld_cnt_o: '3',
    rtpp_hld_cnt_a: '0',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(fields[name], value, name);
});
