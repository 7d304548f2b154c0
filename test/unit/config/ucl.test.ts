import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseUcl, type UclEntry, UclError, type UclValue } from '../../../src/config/ucl.ts';

const none = (path: string): string => {
  throw new Error(`no ${path}`);
};

/** Entries as nested pairs. */
function plain(entries: readonly UclEntry[]): unknown[] {
  const value = (shown: UclValue): unknown => {
    if (shown.kind === 'section') return { section: plain(shown.entries) };
    return shown.kind === 'list' ? shown.items : shown.text;
  };
  return entries.map((entry) => [entry.key, value(entry.value)]);
}

const READ: readonly (readonly [source: string, entries: unknown])[] = [
  ['# only a comment', []],
  ['/* a /* nested */ comment */', []],
  ['a = 1;', [['a', '1']]],
  [
    'a: 1\nb 2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a = 1, b = 2; c = 3',
    [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
  ],
  ['  a\t=\tx y  # comment', [['a', 'x y']]],
  ['a = x /* comment */', [['a', 'x']]],
  ['a = udp:127.0.0.1:22222', [['a', 'udp:127.0.0.1:22222']]],
  ['a = 10.0.0.5=203.0.113.5', [['a', '10.0.0.5=203.0.113.5']]],
  ['a 10.0.0.5/10.0.0.6', [['a', '10.0.0.5/10.0.0.6']]],
  ['a = *', [['a', '*']]],
  ['"a" : "b\\n\\"\\u0041\\\\"', [['a', 'b\n"A\\']]],
  ["a = 'as \\it is'", [['a', 'as \\it is']]],
  ['a = "x;y,#z"', [['a', 'x;y,#z']]],
  [
    'a = <<EOD\none\ntwo\nEOD\nb = 1',
    [
      ['a', 'one\ntwo'],
      ['b', '1'],
    ],
  ],
  ['a = <<EOD\nEOD', [['a', '']]],
  ['a = [x, "y, z", \n w]', [['a', ['x', 'y, z', 'w']]]],
  ['a = []', [['a', []]]],
  ['s { a = 1 }', [['s', { section: [['a', '1']] }]]],
  [
    's = { a = 1; b 2\n}',
    [
      [
        's',
        {
          section: [
            ['a', '1'],
            ['b', '2'],
          ],
        },
      ],
    ],
  ],
  [
    '"s" : { "a": 1, "b": [2] }',
    [
      [
        's',
        {
          section: [
            ['a', '1'],
            ['b', ['2']],
          ],
        },
      ],
    ],
  ],
  ['s t { }', [['s', { section: [['t', { section: [] }]] }]]],
  ['s t u = { a 1 }', [['s', { section: [['t', { section: [['u', { section: [['a', '1']] }]] }]] }]]],
  ['{ "a": 1 }', [['a', '1']]],
  ['// text', [['//', 'text']]],
  ['\r\na = 1\r\n', [['a', '1']]],
];

test('the forms of cli.md 6.1', async (t) => {
  for (const [source, entries] of READ) {
    await t.test(JSON.stringify(source), () => assert.deepEqual(plain(parseUcl(source, 'f', none)), entries));
  }
});

const REFUSED: readonly (readonly [source: string, message: string])[] = [
  ['', 'f:1: the file is empty'],
  ['a', 'f:1: "a" has no value'],
  ['a =\nb = 1', 'f:1: "a" has no value'],
  ['a = 1;;', 'f:1: unexpected ";"'],
  [';a = 1', 'f:1: unexpected ";"'],
  ["'a' = 1", 'f:1: unexpected "\'"'],
  ['s\n{ }', 'f:1: "s" has no value'],
  ['s { a = 1', 'f:1: section is not closed'],
  ['a = 1\n}', 'f:2: unexpected "}"'],
  ['{ a = 1 } b = 2', 'f:1: unexpected "b"'],
  ['\n\na = "x', 'f:3: text is not closed'],
  ["a = 'x", 'f:1: text is not closed'],
  ['a = "x" y', 'f:1: unexpected "y"'],
  ['a = [x', 'f:1: list is not closed'],
  ['a = <<EOD\nx', 'f:1: here-document is not closed'],
  ['\n/* x', 'f:2: comment is not closed'],
  ['.priority 5', 'f:1: macro .priority is not supported'],
  ['.include', 'f:1: .include has no path'],
  ['\n.include "/x"', 'f:2: no /x'],
  ['s {'.repeat(100), 'f:1: sections are nested too deeply'],
  [`${'s '.repeat(100)}{`, 'f:1: sections are nested too deeply'],
];

test('anything else is an error with its line', async (t) => {
  for (const [source, message] of REFUSED) {
    await t.test(JSON.stringify(source.slice(0, 30)), () => {
      assert.throws(
        () => parseUcl(source, 'f', none),
        (error) => error instanceof UclError && error.message === message,
      );
    });
  }
});

test('entries know file and line, also of included files', () => {
  const files: Readonly<Record<string, string>> = { '/inc': '\nb = 2\n', '/loop': '.include "/loop"' };
  const read = (path: string) => files[path] ?? none(path);
  const entries = parseUcl('a = 1\n.include "/inc"\n.try_include "/none"\nc = <<X\n1\n2\nX\nd = 4', 'f', read);
  assert.deepEqual(
    entries.map(({ key, file, line }) => `${file}:${line}:${key}`),
    ['f:1:a', '/inc:2:b', 'f:4:c', 'f:8:d'],
  );
  assert.throws(() => parseUcl('.include "/loop"', 'f', read), {
    message: '/loop:1: files include each other too deeply',
  });
});

test('no text does more than being refused', () => {
  const piece = fc.constantFrom(...'ab={}[]"\',;#\n \\.', '/*', '*/', '<<E\n', '\nE\n', '.include ', ':');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
      ),
      (source) => {
        try {
          parseUcl(source, 'f', none);
        } catch (error) {
          assert.ok(error instanceof UclError, String(error));
          assert.match(error.message, /^f:\d+: /);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a long text costs no more than its length', () => {
  const long = 1 << 17;
  for (const source of [
    'a'.repeat(long),
    'a '.repeat(long),
    `a${' '.repeat(long)}`,
    '"'.repeat(long),
    'a{'.repeat(long),
  ]) {
    const begin = performance.now();
    try {
      parseUcl(source, 'f', none);
    } catch (error) {
      assert.ok(error instanceof UclError, String(error));
    }
    assert.ok(performance.now() - begin < 2000);
  }
});
