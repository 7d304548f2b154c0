import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { strerror, systemErrorTextOf } from '../../../src/log/strerror.ts';

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
