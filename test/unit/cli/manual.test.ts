import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CTL_COMMANDS, CTL_OPTIONS, commandSynopsis, ctlSynopsis } from '../../../src/cli/ctl-options.ts';
import { description, synopsis } from '../../../src/cli/help.ts';
import { rtppCtlManual, rtppQueryManual, rtpproxyManual } from '../../../src/cli/manual.ts';
import { QUERY_OPTIONS, querySynopsis } from '../../../src/cli/query-options.ts';
import { roffText } from '../../../src/cli/roff.ts';
import { extractaudioManual, makeannManual } from '../../../src/cli/tool-manuals.ts';
import { toolSynopsis } from '../../../src/cli/tool-synopsis.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { EXTRACTAUDIO_OPTIONS } from '../../../src/tools/extractaudio-options.ts';
import { MAKEANN_OPTIONS } from '../../../src/tools/makeann-options.ts';

/** The page as a terminal shows it, in one line; every warning of the formatter is a failure. */
function rendered(page: string): string {
  const { status, stdout, stderr } = spawnSync(
    'groff',
    ['-man', '-Tascii', '-ww', '-P-c', '-P-u', '-P-b', '-rLL=5000n'],
    {
      input: page,
      encoding: 'utf8',
    },
  );
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.replace(/\s+/g, ' ');
}

test('characters with a meaning to the formatter are shown', () => {
  assert.equal(roffText(".x\n'y\na\\b-c"), "\\&.x\n\\&'y\na\\eb\\-c");
});

test('rtpproxy(8) has every option with its text, and formats without a warning', () => {
  const page = rendered(rtpproxyManual('1.2.3'));
  for (const option of OPTIONS) {
    assert.ok(page.includes(`${synopsis(option)} `), synopsis(option));
    assert.ok(page.includes(description(option)), synopsis(option));
  }
  for (const title of [
    'NAME',
    'SYNOPSIS',
    'OPTIONS',
    'CONFIGURATION FILE',
    'SIGNALS',
    'EXIT STATUS',
    'ENVIRONMENT',
    'FILES',
  ]) {
    assert.ok(page.includes(` ${title} `), title);
  }
  assert.match(page, /rtpproxy-node 1\.2\.3/);
  assert.match(page, /rtpproxy - relay for RTP/);
});

test('rtpp-query(1) too', () => {
  const page = rendered(rtppQueryManual('1.2.3'));
  for (const option of QUERY_OPTIONS) {
    const text = `${querySynopsis(option)} ${option.help}`;
    assert.ok(page.includes(text), text);
  }
});

test('rtpp-ctl(1) has every command and option', () => {
  const page = rendered(rtppCtlManual('1.2.3'));
  for (const { name, help } of CTL_COMMANDS) assert.ok(page.includes(`${commandSynopsis(name)} ${help}`), name);
  for (const option of CTL_OPTIONS) assert.ok(page.includes(`${ctlSynopsis(option)} ${option.help}`), option.long);
});

test('makeann(1) and extractaudio(1) have every option', () => {
  const pages = [
    { page: rendered(makeannManual('1.2.3')), options: MAKEANN_OPTIONS },
    { page: rendered(extractaudioManual('1.2.3')), options: EXTRACTAUDIO_OPTIONS },
  ];
  for (const { page, options } of pages) {
    for (const option of options) {
      const text = `${toolSynopsis(option)} ${option.help}`;
      assert.ok(page.includes(text), text);
    }
  }
});

test('the package has the pages, as they are now', () => {
  const root = new URL('../../../', import.meta.url);
  const { man, version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  assert.deepEqual(man, [
    ...['dist/man/extractaudio.1', 'dist/man/makeann.1'],
    ...['dist/man/rtpp-ctl.1', 'dist/man/rtpp-query.1', 'dist/man/rtpproxy.8'],
  ]);
  const page = (path: string) => readFileSync(new URL(path, root), 'utf8');
  assert.equal(page('dist/man/makeann.1'), makeannManual(version));
  assert.equal(page('dist/man/extractaudio.1'), extractaudioManual(version));
  assert.equal(page('dist/man/rtpp-ctl.1'), rtppCtlManual(version));
  assert.equal(page('dist/man/rtpp-query.1'), rtppQueryManual(version));
  assert.equal(page('dist/man/rtpproxy.8'), rtpproxyManual(version));
});
