import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText, USAGE } from '../../../src/cli/help.ts';
import { OPTIONS } from '../../../src/config/options.ts';

test('the usage text is the one of the C daemon, with our own options behind it', () => {
  const lines = USAGE.split('\n');
  assert.deepEqual(lines.slice(0, 5), [
    'usage:\trtpproxy [-2fvFiPaRbD] [-l addr1[/addr2]] [-6 addr1[/addr2]] [-s path]',
    '\t  [-t tos] [-r rdir [-S sdir]] [-T ttl] [-L nfiles] [-m port_min]',
    '\t  [-M port_max] [-u uname[:gname]] [-w sock_mode] [-n timeout_socket]',
    '\t  [-d log_level[:log_facility]] [-p pid_file]',
    '\t  [-c fifo|rr] [-A addr1[/addr2] [-W setup_ttl]',
  ]);
  assert.deepEqual(lines.slice(-3), ['\trtpproxy -V', '\trtpproxy -h | --check', '']);
  for (const { short, long, effect } of OPTIONS) {
    if (short === undefined && effect.kind === 'set') assert.ok(USAGE.includes(`[--${long}`), long);
  }
  for (const line of lines.slice(5, -3)) assert.match(line, /^\t {2}\[--.{1,68}\]$/);
});

test('--help names every option', () => {
  const lines = helpText().split('\n');
  for (const option of OPTIONS) {
    const name = option.short === undefined ? `--${option.long}` : `-${option.short}`;
    const named = lines.some((line) => line.startsWith(`  ${name}`) && !/^[\w]/.test(line.slice(2 + name.length)));
    assert.ok(named, name);
  }
  assert(lines.includes('  -T SECONDS   [ttl]'));
  assert(lines.includes('  --overload_prot[=X]'));
  assert(lines.includes('        Lowest port for media, 1 to 65535. (default: 35000)'));
});

test('--help fits a terminal of 80 columns and ends with a line end', () => {
  assert.deepEqual(
    helpText()
      .split('\n')
      .filter((line) => line.length > 79),
    [],
  );
  assert.match(helpText(), /[^\n]\n$/);
});

test('the option table has the letters of the C daemon and -h, each once', () => {
  const letters = OPTIONS.flatMap((option) => option.short ?? []);
  assert.deepEqual([...letters].sort(), [...'hvf2RFiPaVbDCl6sStrpTLmMundcAwW'].sort());
});
