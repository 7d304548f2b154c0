import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenFilePath, sessionFileName } from '../../../src/recording/naming.ts';

test('plain Call-IDs and tags have the names of the C daemon', () => {
  assert.equal(sessionFileName('1', 'a;7', '.o.rtp', false), '1=a.o.rtp');
  assert.equal(sessionFileName('call@10.0.0.1', 'tag', '.a.rtcp', false), 'call@10.0.0.1=tag.a.rtcp');
  assert.equal(sessionFileName('1', 'a;x;2', '.pcap', false), '1=a.pcap');
  assert.equal(sessionFileName('1', ';2', '.o.rtp', false), '1=.o.rtp');
  assert.equal(sessionFileName('..', '..', '.o.rtp', false), '..=...o.rtp');
  assert.equal(sessionFileName('100%~é', "'b'", '.o.rtp', false), "100%~é='b'.o.rtp");
});

test('a medium is told from its sisters by its number', () => {
  assert.equal(sessionFileName('1', 'a;7', '.o.rtp', true), '1=a;7.o.rtp');
  assert.equal(sessionFileName('1', 'a', '.o.rtp', true), '1=a;0.o.rtp');
});

test('no name leads to another directory or breaks a line', () => {
  assert.equal(sessionFileName('../../etc/x', '/t', '.o.rtp', false), '..%2F..%2Fetc%2Fx=%2Ft.o.rtp');
  assert.equal(sessionFileName('a\0b', '\0', '.o.rtp', false), 'a%00b=%00.o.rtp');
  assert.equal(sessionFileName('a\x0b\x1f\x7f', 't', '.pcap', false), 'a%0B%1F%7F=t.pcap');
});

test('a name of more than 255 bytes is refused, as the kernel does', () => {
  const longest = 'L'.repeat(255 - '=a.o.rtp'.length);
  assert.equal(sessionFileName(longest, 'a', '.o.rtp', false)?.length, 255);
  assert.equal(sessionFileName(`${longest}L`, 'a', '.o.rtp', false), undefined);
  assert.equal(sessionFileName('/'.repeat(100), 'a', '.o.rtp', false), undefined);
});

test('given names may have directories, but stay below the recordings', () => {
  assert.equal(givenFilePath('f', '.rtp'), 'f.rtp');
  assert.equal(givenFilePath('sub/f', ''), 'sub/f');
  assert.equal(givenFilePath('/sub//./f', '.rtcp'), 'sub/f.rtcp');
  assert.equal(givenFilePath('..f/f..', ''), '..f/f..');
  assert.equal(givenFilePath('a\x01b\0', '.rtp'), 'a%01b%00.rtp');
  assert.equal(givenFilePath('udp', '.rtp'), 'udp.rtp');
});

test('given names that are none', () => {
  for (const name of ['../f', 'a/../f', '..', '.', '/', 'sub/', '', 'a/..']) {
    assert.equal(givenFilePath(name, ''), undefined, name);
  }
  assert.equal(givenFilePath('../f', '.rtp'), undefined);
  assert.equal(givenFilePath('L'.repeat(252), '.rtp'), undefined);
  assert.equal(givenFilePath(`${'L'.repeat(256)}/f`, '.rtp'), undefined);
});
