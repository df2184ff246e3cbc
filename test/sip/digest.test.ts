// Digest authentication against the numbers printed in the RFCs.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  authorizationValue,
  digestResponse,
  readChallenges,
  strongestChallenge,
  type Challenge,
  type DigestInput,
} from '../../src/sip/digest.js';

const challenge = (text: string): Challenge => readChallenges([text])[0]!;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('digest response', () => {
  const rfc7616 =
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=ALGORITHM, ' +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const mufasa = { username: 'Mufasa', password: 'Circle of Life' };
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const vectors: [string, Partial<DigestInput> & Pick<DigestInput, 'challenge'>, string][] = [
    [
      'RFC 2617, 3.5',
      {
        challenge: challenge(
          'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"',
        ),
        credentials: { username: 'Mufasa', password: 'Circle Of Life' },
        cnonce: '0a4f113b',
      },
      '6629fae49393a05397450978507c4ef1',
    ],
    [
      'RFC 7616, 3.9.1, MD5',
      { challenge: challenge(rfc7616.replace('ALGORITHM', 'MD5')), credentials: mufasa, cnonce },
      '8ca523f5e9506fed4657c9700eebdbec',
    ],
    [
      'RFC 7616, 3.9.1, SHA-256',
      { challenge: challenge(rfc7616.replace('ALGORITHM', 'SHA-256')), credentials: mufasa, cnonce },
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    ],
    [
      'chan_sip: no qop (RFC 2617, 3.2.2.1)',
      {
        challenge: challenge('Digest algorithm=MD5, realm="asterisk", nonce="1234abcd"'),
        credentials: { username: '12345', password: '6789' },
        method: 'REGISTER',
        uri: 'sip:sip.bas-ip.com',
      },
      md5(`${md5('12345:asterisk:6789')}:1234abcd:${md5('REGISTER:sip:sip.bas-ip.com')}`),
    ],
    [
      'MD5-sess (RFC 7616, 3.4.2)',
      {
        challenge: challenge('Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess'),
        credentials: { username: 'u', password: 'p' },
        cnonce: 'c',
        uri: '/',
      },
      md5(`${md5(`${md5('u:r:p')}:n:c`)}:n:00000001:c:auth:${md5('GET:/')}`),
    ],
    [
      'auth-int where nothing else is taken (RFC 7616, 3.4.3)',
      {
        challenge: challenge('Digest realm="r", nonce="n", qop="auth-int"'),
        credentials: { username: 'u', password: 'p' },
        cnonce: 'c',
        uri: '/',
        body: 'v=0',
      },
      md5(`${md5('u:r:p')}:n:00000001:c:auth-int:${md5(`GET:/:${md5('v=0')}`)}`),
    ],
  ];
  for (const [name, input, expected] of vectors) {
    it(name, () => {
      const whole = {
        credentials: mufasa,
        method: 'GET',
        uri: '/dir/index.html',
        nonceCount: 1,
        cnonce: '',
        body: '',
      };
      assert.equal(digestResponse({ ...whole, ...input }), expected);
    });
  }
});

describe('challenges', () => {
  it('are read from one header with several, and from several headers', () => {
    const found = readChallenges([
      'Digest realm="a, b", nonce="1", algorithm=SHA-256, qop="auth", Basic realm="x", Digest realm="c", nonce="2"',
      'digest REALM="d\\"e", NONCE="3", stale=TRUE',
    ]);
    assert.deepEqual(
      found.map(({ realm, nonce, stale }) => [realm, nonce, stale]),
      [
        ['a, b', '1', false],
        ['c', '2', false],
        ['d"e', '3', true],
      ],
    );
  });

  it('the strongest we can answer is chosen, wherever it stands', () => {
    const pick = (...headers: string[]) => strongestChallenge(readChallenges(headers))?.nonce;
    const md = 'Digest realm="r", nonce="md5", algorithm=MD5';
    const sha = 'Digest realm="r", nonce="sha", algorithm=SHA-256, qop="auth"';
    assert.equal(pick(md, sha), 'sha');
    assert.equal(pick(`${sha}, ${md}`), 'sha');
    assert.equal(pick('Digest realm="r", nonce="x", algorithm=WHIRLPOOL', md), 'md5');
    assert.equal(pick('Digest realm="r", nonce="x", qop="token"'), undefined);
    assert.equal(pick('Basic realm="r"', 'Digest realm="r"', 'garbage,,,=', ''), undefined);
  });

  it('an answer quotes what has to be quoted and names what the server named', () => {
    const value = authorizationValue({
      challenge: challenge('Digest realm="a\\"b", nonce="n", opaque="o", qop="auth"'),
      credentials: { username: 'u', password: 'secret' },
      method: 'REGISTER',
      uri: 'sip:h',
      nonceCount: 26,
      cnonce: 'c',
      body: '',
    });
    assert.match(
      value,
      /^Digest username="u", realm="a\\"b", nonce="n", uri="sip:h", response="[0-9a-f]{32}", cnonce="c", qop=auth, nc=0000001a, opaque="o"$/,
    );
    assert.doesNotMatch(value, /secret|algorithm/);
  });
});
