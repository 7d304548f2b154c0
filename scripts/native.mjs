// Developer builds of the native code: node scripts/native.mjs <debug|asan|tsan|fuzz> [build|test]
// Builds into native/build/<preset>; the addon, which tsan has no use for, is native/build/<preset>/Debug/rtpproxy_native.node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const sanitizers = { debug: '', asan: 'address,undefined', tsan: 'thread', fuzz: 'address,undefined' };
const [preset = '', action = 'build'] = process.argv.slice(2);
if (!Object.hasOwn(sanitizers, preset) || !['build', 'test'].includes(action)) {
  console.error(`usage: node scripts/native.mjs <${Object.keys(sanitizers).join('|')}> [build|test]`);
  process.exit(2);
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const output = path.join(root, 'native', 'build', preset);
const require = createRequire(import.meta.url);

// cmake-js downloads Node's headers unless it is told where they are; no build of ours downloads anything.
const nodedir = process.env.npm_config_nodedir ?? path.resolve(process.execPath, '..', '..');
if (!existsSync(path.join(nodedir, 'include', 'node', 'node.h'))) {
  console.error(`no Node headers in ${nodedir}/include/node: set npm_config_nodedir to the folder above include/`);
  process.exit(1);
}

function run(command, args, env) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

const cmakeJs = path.join(path.dirname(require.resolve('cmake-js/package.json')), 'bin', 'cmake-js');
const fuzz = preset === 'fuzz';
const target = { tsan: 'tests', fuzz: 'fuzzers' }[preset];
const settings = [
  `--CDSANITIZE=${sanitizers[preset]}`,
  `--CDFUZZ=${fuzz ? 'ON' : 'OFF'}`,
  ...(target === undefined ? [] : ['-T', target]),
];
run(process.execPath, [cmakeJs, 'build', '-d', 'native', '-O', output, '-B', 'Debug', '-l', 'error', ...settings], {
  npm_config_nodedir: nodedir,
  // libFuzzer comes with clang. It is also the second compiler that has to be content with all of the code but the tests.
  ...(fuzz && { CXX: 'clang++' }),
});

if (action === 'test') {
  const suppressions = (name) => `suppressions=${path.join(root, 'scripts', 'sanitizers', name)}`;
  // Two at a time: most of them are one thread that computes.
  run('ctest', ['--test-dir', output, '--output-on-failure', '--parallel', '2'], {
    ASAN_OPTIONS: 'detect_stack_use_after_return=1:strict_string_checks=1',
    LSAN_OPTIONS: suppressions('lsan.supp'),
    UBSAN_OPTIONS: 'print_stacktrace=1',
    TSAN_OPTIONS: `exitcode=66:second_deadlock_stack=1:${suppressions('tsan.supp')}`,
  });
}
