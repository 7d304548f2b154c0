import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { type ModuleRequest, type ModuleSetting, requestLines, sectionRequests } from '../../../src/config/modules.ts';
import { parseUcl } from '../../../src/config/ucl.ts';

/** What a configuration file with nothing but `modules` asks for. */
function read(text: string): ModuleRequest[] {
  const requests: ModuleRequest[] = [];
  for (const entry of parseUcl(text, 'FILE', () => '')) requests.push(...sectionRequests(entry, requests));
  return requests;
}

function settings(lines: string): readonly ModuleSetting[] {
  const [request] = read(`modules { m {\n${lines}\n} }`);
  assert.ok(request?.by === 'section');
  return request.settings;
}

test('a section is a module, by its name or by load', () => {
  assert.deepEqual(read('modules {\n a { }\n b { load = "./x.js"; k = 1 }\n}'), [
    { by: 'section', what: 'a', section: 'a', named: false, settings: [], place: 'FILE:2' },
    {
      by: 'section',
      what: './x.js',
      section: 'b',
      named: true,
      settings: [{ key: 'k', text: '1', kind: 'integer', integer: 1 }],
      place: 'FILE:3',
    },
  ]);
});

test('sections of one name are one module, also in two blocks; names differ by case', () => {
  const names = read('modules { a { k = 1 }; a { k = 2 } }\nmodules { a { }; A { } }').map((request) =>
    request.by === 'section' ? [request.section, request.settings.map(({ text }) => text)] : [],
  );
  assert.deepEqual(names, [
    ['a', ['1']],
    ['A', []],
  ]);
});

test('LOAD is no setting, and only load says what is loaded', () => {
  const [request] = read('modules { a { LOAD = "x"; load = "y"; load = "z" } }');
  assert.ok(request?.by === 'section');
  assert.deepEqual([request.what, request.settings], ['y', []]);
});

test('values are texts, integers with their suffix, or something else', () => {
  const table: readonly (readonly [written: string, kind: ModuleSetting['kind'], integer?: number])[] = [
    ['"9060"', 'text'],
    ["'9060'", 'text'],
    ['localhost', 'text'],
    ['127.0.0.1', 'text'],
    ['9060', 'integer', 9060],
    ['-1', 'integer', -1],
    ['0xff', 'integer', 255],
    ['9k', 'integer', 9000],
    ['2Mb', 'integer', 2 * 1024 * 1024],
    ['9.5', 'other'],
    ['1e3', 'other'],
    ['60s', 'other'],
    ['5min', 'other'],
    ['true', 'other'],
    ['Off', 'other'],
    ['[a, b]', 'other'],
  ];
  for (const [written, kind, integer] of table) {
    const [setting] = settings(`k = ${written}`);
    assert.deepEqual([setting?.kind, setting?.integer], [kind, integer], written);
  }
});

test('what is refused', () => {
  for (const [text, message] of [
    ['modules = "x"', 'FILE:1: "modules" is a section'],
    ['modules = [x]', 'FILE:1: "modules" is a section'],
    ['modules {\n a = x }', 'FILE:2: "a" is a section'],
    ['modules { a { load = 5 } }', 'FILE:1: Error: "load" parameter in a has a wrong type, string is expected'],
    ['modules { a { load = [x] } }', 'FILE:1: Error: "load" parameter in a has a wrong type, string is expected'],
    ['modules { a { k { } } }', 'FILE:1: "k" in a is no section'],
  ] as const) {
    assert.throws(() => read(text), new ConfigError(message, ['parse_modules() failed']), text);
  }
});

test('what is printed is read back as the same', () => {
  const requests = read('modules { a { }; "b c" { load = x; k = "5"; l = 0x10; m = [p, "q r"]; n = on } }');
  const places = (of: readonly ModuleRequest[]) => of.map((request) => ({ ...request, place: '' }));
  assert.deepEqual(places(read(requestLines(requests).join('\n'))), places(requests));
  assert.deepEqual(requestLines([{ by: 'dso', what: '/x.so' }]), ['dso = "/x.so"']);
  assert.deepEqual(requestLines([]), []);
});
