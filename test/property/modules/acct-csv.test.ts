import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HEADER, rowOf } from '../../../src/modules/acct-csv/columns.ts';
import { csvLine } from '../../../src/modules/acct-csv/csv.ts';
import { endedSession } from '../../unit/modules/ended-session.ts';
import { testSession } from '../../unit/session/test-session.ts';
import { RUNS } from '../commands.ts';

/** The grammar of RFC 4180 with LF as the end of a line, field by field; what does not fit it throws. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const match = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))([,\n])/y;
    match.lastIndex = at;
    const found = match.exec(text);
    assert.ok(found !== null, `no field at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    const [whole, quoted, plain = '', end] = found;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    at += whole.length;
    if (end === '\n') {
      records.push(fields);
      fields = [];
    }
  }
  assert.equal(fields.length, 0, 'ends with a line');
  return records;
}

/** Texts of bytes, with many of those that mean something. */
const bytes = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ', '\xff'), maxLength: 12 }),
  fc.uint8Array({ maxLength: 40 }).map((values) => Buffer.from(values).toString('latin1')),
);

test('what was written is read again, whatever bytes it has', () => {
  const line = fc.array(bytes, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const written = Buffer.from(lines.map(csvLine).join(''), 'latin1').toString('latin1');
      assert.deepEqual(parseCsv(written), lines);
    }),
    { numRuns: RUNS },
  );
});

test('only a field that needs quotes has them', () => {
  fc.assert(
    fc.property(bytes, (text) => {
      assert.equal(csvLine([text]) === `${text}\n`, !/[",\r\n]/.test(text));
    }),
    { numRuns: RUNS },
  );
});

test('no Call-ID, tag or name of a host moves another column', () => {
  const columns = HEADER.trimEnd().split(',');
  fc.assert(
    fc.property(bytes, bytes, bytes, (callId, tag, node) => {
      const [record, ...others] = parseCsv(
        rowOf(endedSession({ session: testSession(callId, tag) }), { node, pid: 1, uid: 7 }),
      );
      assert.equal(others.length, 0);
      assert.equal(record?.length, columns.length);
      assert.deepEqual([record?.[1], record?.[4], record?.[5], record?.at(-1)], [node, callId, tag, '0']);
    }),
    { numRuns: RUNS },
  );
});
