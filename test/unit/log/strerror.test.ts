import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { test } from 'node:test';
import { errnoText, failureText, strerror, systemErrorTextOf } from '../../../src/log/strerror.ts';

function failure(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('system errors have the text of the C library and their number', () => {
  assert.equal(strerror(failure(() => readFileSync('/nonexistent/x'))), 'No such file or directory (2)');
  assert.equal(strerror(failure(() => readFileSync('/'))), 'Is a directory (21)');
  assert.equal(strerror(Object.assign(new Error(), { errno: -13 })), 'Permission denied (13)');
  assert.equal(strerror(Object.assign(new Error(), { errno: 98 })), 'Address already in use (98)');
  assert.equal(strerror(Object.assign(new Error(), { errno: -36 })), 'File name too long (36)');
});

test('anything else keeps its own text', () => {
  assert.equal(strerror(new Error('odd')), 'odd');
  assert.equal(strerror('text'), 'text');
});

test('an error is known by its name too', () => {
  assert.equal(systemErrorTextOf('EACCES'), 'Permission denied');
  assert.equal(systemErrorTextOf('ENOENT'), 'No such file or directory');
  assert.equal(systemErrorTextOf('ENOTFOUND'), 'Name or service not known');
  assert.equal(systemErrorTextOf('EWEIRD'), 'EWEIRD');
});

test('a number alone has the same text', () => {
  const texts = [14, 24, 106, 122, 999].map(errnoText);
  assert.deepEqual(texts, [
    'Bad address (14)',
    'Too many open files (24)',
    'Transport endpoint is already connected (106)',
    'Disk quota exceeded (122)',
    'Unknown error 999 (999)',
  ]);
});

test('a failure tells what was done, and to which files', () => {
  const bind = Object.assign(new Error('x'), { errno: 98, syscall: 'binding 127.0.0.1:4000' });
  assert.equal(failureText(bind), 'binding 127.0.0.1:4000: Address already in use (98)');
  assert.equal(
    failureText(failure(() => renameSync('/nonexistent/x', '/y'))),
    'rename /nonexistent/x /y: No such file or directory (2)',
  );
  assert.equal(failureText(new Error('odd')), 'odd');
});
