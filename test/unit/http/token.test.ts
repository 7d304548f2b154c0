import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Token } from '../../../src/http/token.ts';

const SECRET = 'a-token-of-a-test';

test('a token is shown by a header or by its cookie', () => {
  const token = new Token(SECRET, 9101);
  const [cookie = ''] = token.setCookie.split(';');
  assert(token.shownBy({ authorization: `Bearer ${SECRET}` }));
  assert(token.shownBy({ authorization: `bearer  ${SECRET} ` }));
  assert(token.shownBy({ cookie: `a=b; ${cookie}; c=d` }));
  assert(token.shownBy({ cookie: new Token(SECRET, 9101).setCookie.split(';')[0] ?? '' }), 'also after a restart');
  for (const authorization of ['', 'Bearer', 'Bearer ', `Basic ${SECRET}`, `Bearer ${SECRET} x`, SECRET]) {
    assert(!token.shownBy({ authorization }), authorization);
  }
  const others = [new Token(SECRET, 9102), new Token(`${SECRET}x`, 9101)].map(
    ({ setCookie }) => setCookie.split(';')[0] ?? '',
  );
  for (const wrong of ['', cookie.slice(0, -1), `x${cookie}`, ...others])
    assert(!token.shownBy({ cookie: wrong }), wrong);
});

test('a wrong header is not mended by a cookie', () => {
  const token = new Token(SECRET, 9101);
  const [cookie = ''] = token.setCookie.split(';');
  assert(!token.shownBy({ authorization: 'Bearer wrong', cookie }));
});
