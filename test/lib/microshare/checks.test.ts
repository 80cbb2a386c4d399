import assert from 'node:assert/strict';
import { toJson } from '../../../lib/microshare/body';
import { resolveHosts } from '../../../lib/microshare/hosts';
import { checkRecType } from '../../../lib/microshare/rectype';
import { cleanToken, redact } from '../../../lib/microshare/secrets';
import { joinTags } from '../../../lib/microshare/tags';

describe('checkRecType', () => {
  it('takes the recTypes that Microshare shows', () => {
    for (const recType of [
      'uk.reading.ttn.sodaq',
      'io.microshare.motion.unpacked',
      'guest',
      'uk.reading.ttn.sodaq.Isaac',
    ]) {
      assert.equal(checkRecType(recType), recType);
    }
    assert.equal(checkRecType(' io.example.room \n'), 'io.example.room');
  });

  it('refuses what would hide the data or break the address', () => {
    const cases: [unknown, RegExp][] = [
      [undefined, /missing.*msg\.recType/],
      ['', /missing/],
      ['  ', /blank/],
      [42, /a number, not a text/],
      [['a'], /a list/],
      ['io.example room', /white space/],
      ['io/example', /character \//],
      ['io.example?x', /character \?/],
      ['.io.example', /empty segment/],
      ['io..example', /empty segment/],
      ['io.${X}', /variable that was not replaced/],
      ['io.{{device}}', /variable that was not replaced/],
    ];
    for (const [recType, message] of cases)
      assert.throws(() => checkRecType(recType), { code: 'bad_rectype', message });
  });
});

describe('joinTags', () => {
  it('joins texts and lists in order, without blanks and repetitions', () => {
    assert.deepEqual(joinTags('London, 1st floor,', ['room 3', 'London', 7]), [
      'London',
      '1st floor',
      'room 3',
      '7',
    ]);
    assert.deepEqual(joinTags('', undefined, null), []);
  });

  it('refuses the reserved tag and what is no text', () => {
    assert.throws(() => joinTags('latest'), { code: 'bad_tags', message: /reserved/ });
    assert.throws(() => joinTags([{}]), { code: 'bad_tags', message: /an object/ });
  });
});

describe('toJson', () => {
  it('writes an object to the letter, and whole numbers beyond 2^53 as text', () => {
    assert.equal(
      toJson({ a: 21.5, b: [null, 'ü'], c: 9007199254740993n }),
      '{"a":21.5,"b":[null,"ü"],"c":"9007199254740993"}',
    );
  });

  it('refuses what is no object, and what JSON would change in silence', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const cases: [unknown, RegExp][] = [
      [undefined, /nothing/],
      [null, /null/],
      ['text', /a string/],
      [21.5, /a number/],
      [[1], /a list/],
      [Buffer.from('0367', 'hex'), /a Buffer/],
      [{ deep: { temperature: NaN } }, /"temperature" is NaN/],
      [{ x: Infinity }, /"x" is Infinity/],
      [circle, /JSON/],
    ];
    for (const [record, message] of cases)
      assert.throws(() => toJson(record), { code: 'bad_record', message });
  });
});

describe('resolveHosts', () => {
  it('means production, and takes addresses as people paste them', () => {
    const production = { apiUrl: 'https://api.microshare.io', authUrl: 'https://auth.microshare.io' };
    assert.deepEqual(resolveHosts({}), production);
    assert.deepEqual(resolveHosts({ apiUrl: '${MICROSHARE_API_URL}', authUrl: ' ' }), production);
    assert.deepEqual(
      resolveHosts({
        apiUrl: 'https://pest.microshare.io/api/share/',
        authUrl: 'http://127.0.0.1:8080/oauth2/token',
      }),
      { apiUrl: 'https://pest.microshare.io/api', authUrl: 'http://127.0.0.1:8080' },
    );
  });

  it('refuses other addresses without showing a password', () => {
    assert.throws(() => resolveHosts({ apiUrl: 'api.microshare.io' }), {
      code: 'bad_configuration',
      message: /"api\.microshare\.io", cannot be read/,
    });
    assert.throws(
      () => resolveHosts({ apiUrl: 'https://me:topsecret@api.microshare.io' }),
      (error: Error) => !error.message.includes('topsecret'),
    );
  });
});

describe('secrets', () => {
  it('cleans a pasted token', () => {
    assert.equal(cleanToken(' Bearer abc123\r\n'), 'abc123');
    assert.throws(() => cleanToken('{"access_token": "abc"}'), {
      code: 'bad_configuration',
      message: /white space/,
    });
  });

  it('removes secrets as they are and as they stand in an address', () => {
    assert.equal(
      redact('token p&ss!word and p%26ss!word here', ['p&ss!word', undefined]),
      'token [secret] and [secret] here',
    );
  });
});
