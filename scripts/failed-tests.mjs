// A reporter that names the tests which failed, once more and together, ahead of the runner's summary.

/** The place of a test, as editors and terminals take it. */
const place = ({ name, file, line }) => `${name} (${file}:${line})`;

export default async function* failedTests(events) {
  const failed = [];
  let told = false;
  for await (const { type, data } of events) {
    // A file or a test fails with those inside it; the innermost ones say what was wrong.
    if (type === 'test:fail' && data.todo === undefined && data.details?.error?.failureType !== 'subtestsFailed')
      failed.push(place(data));
    // The summary comes as diagnostics of the whole run.
    const summary = type === 'test:diagnostic' && data.nesting === 0 && /^tests \d+$/.test(data.message);
    if (!summary || told || failed.length === 0) continue;
    told = true;
    yield `${failed.length} failed:\n${failed.map((name) => `  ${name}\n`).join('')}`;
  }
}
