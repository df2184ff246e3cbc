// The simulated registrar must be as strict as the real one: else a wrong login would pass every test.
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { Registrar, readCredentials, type RegistrarAnswer } from '../../src/sim/registrar.js';
import { FakeClock } from '../support/fake-clock.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const contact = 'sip:12345-abc@192.0.2.10:5070';

function setUp(wrongPassword: 401 | 403 = 401) {
  const clock = new FakeClock();
  const registrar = new Registrar({
    realm: 'asterisk',
    accounts: { '12345': '6789' },
    wrongPassword,
    banAfter: 3,
    longest: 3600,
    clock,
  });
  const send = (authorization: string | null, expires = 300, uri = contact): RegistrarAnswer =>
    registrar.register({ source: '192.0.2.10', authorization, contacts: [{ uri, expires }] });
  const nonce = (answer: RegistrarAnswer): string => {
    assert.equal(answer.status, 401);
    return readCredentials(answer.challenge)?.get('nonce') ?? '';
  };
  const login = (password: string, name = '12345', fresh = nonce(send(null))): string => {
    const secret = md5(`${name}:asterisk:${password}`);
    const response = md5(`${secret}:${fresh}:${md5('REGISTER:sip:192.0.2.1')}`);
    return (
      `Digest username="${name}", realm="asterisk", nonce="${fresh}", uri="sip:192.0.2.1", ` +
      `response="${response}", algorithm=MD5`
    );
  };
  return { clock, registrar, send, login, nonce };
}

describe('the simulated registrar', () => {
  it('challenges as chan_sip does: MD5, 8 hexadecimal digits, no qop', () => {
    const answer = setUp().send(null);
    assert.equal(answer.status, 401);
    assert.match(answer.challenge, /^Digest algorithm=MD5, realm="asterisk", nonce="[0-9a-f]{8}"$/);
  });

  it('binds the contact of a right login for the time it grants', async () => {
    const { clock, registrar, send, login } = setUp();
    assert.deepEqual(send(login('6789')), { status: 200, contacts: [{ uri: contact, expires: 300 }] });
    assert.equal(registrar.bindings.length, 1);
    await clock.advance(300_000);
    assert.equal(registrar.bindings.length, 0);
  });

  it('takes the binding away at Expires: 0 and at Contact: *', () => {
    const { registrar, send, login } = setUp();
    send(login('6789'));
    send(login('6789'), 0);
    assert.equal(registrar.bindings.length, 0);
    send(login('6789'));
    send(login('6789'), 0, '*');
    assert.equal(registrar.bindings.length, 0);
  });

  it('grants no less than 60 s and no more than 3600 s', () => {
    const { send, login } = setUp();
    for (const [asked, granted] of [
      [5, 60],
      [86_400, 3600],
      [NaN, 3600],
    ]) {
      const answer = send(login('6789'), asked);
      assert.deepEqual(answer, { status: 200, contacts: [{ uri: contact, expires: granted }] });
    }
  });

  it('takes a nonce once, and calls another one stale', () => {
    const { send, login } = setUp();
    const authorization = login('6789');
    assert.equal(send(authorization).status, 200);
    const again = send(authorization);
    assert.equal(again.status, 401);
    assert.match(again.challenge, /stale=true/);
  });

  it('blocks the address after three wrong passwords, even with the right one', () => {
    const { registrar, send, login } = setUp();
    for (let i = 1; i <= 3; i++) {
      const authorization = login('0000');
      assert.equal(send(authorization).status, 401);
      assert.equal(registrar.wrongPasswords, i);
    }
    assert.deepEqual(registrar.banned, ['192.0.2.10']);
    assert.equal(send(null).status, 'silence');
    assert.equal(registrar.bindings.length, 0);
  });

  it('refuses unknown logins and wrong passwords with 403 where it is told to', () => {
    const { send, login } = setUp(403);
    assert.equal(send(login('0000')).status, 403);
    assert.equal(send(login('6789', 'constructor')).status, 403);
  });
});
