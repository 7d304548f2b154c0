const TOTAL = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) (\d+(?:\.\d+)?)$/;

/**
 * The events of test runs, one after the other, as those of one: numbered through, with one plan and one summary. `begin` has the
 * functions that begin them, each when the one before is over.
 */
export async function* asOneRun(begin) {
  const totals = new Map();
  let behind = 0;
  for (const start of begin) {
    let count = 0;
    for await (const event of start()) {
      const { type, data } = event;
      const [, name, value] = (type === 'test:diagnostic' && data.nesting === 0 && TOTAL.exec(data.message)) || [];
      if (name !== undefined) totals.set(name, (totals.get(name) ?? 0) + Number(value));
      else if (type === 'test:plan' && data.nesting === 0) count = data.count;
      else if (data.nesting === 0 && data.testNumber > 0)
        yield { type, data: { ...data, testNumber: behind + data.testNumber } };
      else yield event;
    }
    behind += count;
  }
  yield { type: 'test:plan', data: { nesting: 0, count: behind } };
  for (const [name, total] of totals)
    yield { type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${total}` } };
}
