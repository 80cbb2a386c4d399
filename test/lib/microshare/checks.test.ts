import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { toJson } from '../../../lib/microshare/body';
import type { MicroshareError } from '../../../lib/microshare/errors';
import { hostWarnings, resolveHosts } from '../../../lib/microshare/hosts';
import {
  allowedRecTypes,
  checkRecType,
  checkRecTypeTemplate,
  fillRecType,
  recTypeWarnings,
} from '../../../lib/microshare/rectype';
import { cleanToken } from '../../../lib/microshare/pipe-token';
import { sentence } from '../../../lib/secrets';
import { joinTags } from '../../../lib/microshare/tags';
import { readTime } from '../../../lib/microshare/timestamp';

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
      ['io.exam\u200bple', /not seen, U\+200b/],
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

describe('recType help', () => {
  it('fills a template from the message', () => {
    const message = { uplink: { deviceId: 'office-1', fPort: 2 }, topic: 'a.b' };
    assert.equal(fillRecType('uk.reading.ttn.{{uplink.deviceId}}', message), 'uk.reading.ttn.office-1');
    assert.equal(fillRecType(' io.{{ msg.topic }}.p{{uplink.fPort}} ', message), 'io.a.b.p2');
    assert.equal(fillRecType('io.example', undefined), 'io.example');
    const cases: [string, RegExp][] = [
      ['io.{{uplink.devEui}}', /msg\.uplink\.devEui, where this message has nothing/],
      ['io.{{uplink}}', /an object/],
      ['io.{{a b}}', /variable that was not replaced/],
    ];
    for (const [template, text] of cases)
      assert.throws(() => fillRecType(template, message), { code: 'bad_rectype', message: text });
    assert.throws(() => fillRecType('io.{{x}}', { x: 'a/b' }), { code: 'bad_rectype' });
  });

  it('checks a template as it is typed', () => {
    assert.equal(checkRecTypeTemplate(' uk.{{uplink.deviceId}} '), 'uk.{{uplink.deviceId}}');
    assert.throws(() => checkRecTypeTemplate('uk..{{x}}'), { code: 'bad_rectype' });
    assert.throws(() => checkRecTypeTemplate('uk.{{x'), { code: 'bad_rectype' });
  });

  it('warns of what looks like a slip', () => {
    assert.deepEqual(recTypeWarnings('uk.reading.ttn.sodaq'), []);
    for (const unknown of ['uk.reading.{{uplink.deviceId}}', '{{topic}}', '${recType}'])
      assert.deepEqual(recTypeWarnings(unknown), []);
    assert.match(recTypeWarnings('guest').join(), /one segment/);
    assert.match(recTypeWarnings('io.Example').join(), /upper-case/);
    assert.match(recTypeWarnings('io.microshare.motion.unpacked').join(), /Microshare's own/);
  });

  it('keeps to a list', () => {
    const check = allowedRecTypes('uk.reading.ttn.sodaq, io.example.*');
    check('uk.reading.ttn.sodaq');
    check('io.example.room');
    assert.throws(() => check('uk.reading.ttn.sodac'), { code: 'bad_rectype', message: /sodac.*sodaq/ });
    assert.throws(() => check('io.example'), { code: 'bad_rectype' });
    allowedRecTypes(' ')('anything');
  });
});

describe('what Microshare sends', () => {
  it('times in every form that was seen', () => {
    assert.equal(readTime('05/29/2020 12:46:24:779 AM'), '2020-05-29T00:46:24.779Z');
    assert.equal(readTime('05/29/2020 01:46:24:779 PM'), '2020-05-29T13:46:24.779Z');
    assert.equal(readTime(1590759984779), '2020-05-29T13:46:24.779Z');
    assert.equal(readTime({ $numberLong: '1590759984779' }), '2020-05-29T13:46:24.779Z');
    assert.equal(readTime({ $date: 1590759984779 }), '2020-05-29T13:46:24.779Z');
    assert.equal(readTime('2020-05-29T13:46:24.779Z'), '2020-05-29T13:46:24.779Z');
    for (const odd of ['', 'x', '13/41/2020 01:46:24:779 PM', null, {}])
      assert.equal(readTime(odd), undefined);
  });
});

describe('sentence', () => {
  it('puts what Microshare said on one line with one full stop', () => {
    assert.equal(
      sentence('Not in time.\r\nTry again in a short while!'),
      'Not in time. Try again in a short while.',
    );
    assert.equal(sentence('{"error": "no"}'), '{"error": "no"}.');
    assert.equal(sentence(''), 'no text.');
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
    assert.throws(() => joinTags('office, ${SITE}'), {
      code: 'bad_tags',
      message: /\$\{SITE\}.*not replaced/,
    });
    assert.throws(() => joinTags('party 🎉'.slice(0, 7)), {
      code: 'bad_tags',
      message: /ud83c.*cannot be written/,
    });
    assert.deepEqual(joinTags('party 🎉'), ['party 🎉']);
  });

  it('refuses what would take the tag before it out of the address, and read what lacks that tag', () => {
    for (const step of ['.', '..'])
      assert.throws(() => joinTags('customer-a', [step]), { code: 'bad_tags', message: /the way back/ });
    assert.deepEqual(joinTags(['...', 'a..b']), ['...', 'a..b']);
  });
});

describe('toJson', () => {
  it('writes bytes as hexadecimal, also those that a function node has made, and a Date as text', () => {
    const record = {
      own: Buffer.from('03ff', 'hex'),
      made: runInNewContext('new Uint8Array([1, 255])'),
      at: new Date(0),
    };
    assert.equal(toJson(record), '{"own":"03ff","made":"01ff","at":"1970-01-01T00:00:00.000Z"}');
  });

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
      [new Date(0), /a Date/],
      [new Map([['a', 1]]), /a Map/],
      [new Error('boom'), /an Error/],
      [{ toJSON: () => undefined }, /plain object/],
      [{ toJSON: () => [1] }, /plain object/],
      [{ deep: { seen: new Map([['a', 1]]) } }, /"seen" is a Map/],
      [{ raw: new Float32Array([1]) }, /"raw" is a Float32Array/],
      [runInNewContext('new Uint8Array([1, 2])'), /a Buffer/],
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

  it('warns of hosts that are not the API, and of mixed environments', () => {
    const warned = (apiUrl?: string) => hostWarnings(resolveHosts({ apiUrl })).join();
    assert.match(warned('https://ingest.paks.microshare.io'), /cannot be read back/);
    assert.match(warned('https://dingest.microshare.io/share'), /cannot be read back/);
    assert.match(warned('https://app.microshare.io'), /web page/);
    assert.equal(warned('https://pest.microshare.io/api'), '');
    assert.equal(warned(), '');
    assert.match(warned('https://dapi.microshare.io'), /API is of development, the login of production/);
  });

  it('warns of tokens that go unencrypted through foreign networks', () => {
    const warned = (apiUrl: string, authUrl = apiUrl) => hostWarnings(resolveHosts({ apiUrl, authUrl }));
    const [warning, ...others] = warned('http://lake.example.org');
    assert.match(warning ?? '', /lake\.example\.org is not encrypted.*Use https:\/\//);
    assert.deepEqual(others, []);
    assert.equal(warned('https://api.microshare.io', 'http://auth.microshare.io').length, 1);
    for (const own of [
      'localhost',
      'lake',
      'lake.local',
      '127.0.0.1',
      '10.0.0.7',
      '192.168.1.10',
      '172.20.0.3',
    ])
      assert.deepEqual(warned(`http://${own}:8088`), []);
    for (const own of ['[::1]', '[fd00::7]']) assert.deepEqual(warned(`http://${own}`), []);
    for (const foreign of ['172.32.0.1', '10.example.org', '[2001:db8::1]'])
      assert.equal(warned(`http://${foreign}`).length, 1);
  });

  it('refuses other addresses, and shows no password or token, neither in a Catch node', () => {
    assert.throws(() => resolveHosts({ apiUrl: 'api.microshare.io' }), {
      code: 'bad_configuration',
      message: /"api\.microshare\.io", cannot be read/,
    });
    for (const apiUrl of [
      'https://me:topsecret@api.microshare.io',
      'https://:topsecret@api.microshare.io',
      'https://me:top@secret@api.microshare.io',
      'https://me:/topsecret@api.microshare.io',
      'https://me:topsecret@api microshare io',
      'https://api.microshare.io/share/io.example?auth=topsecret',
      'https://api.microshare.io/share/io.example/token/topsecret',
    ])
      assert.throws(
        () => resolveHosts({ apiUrl }),
        (error: MicroshareError) => error.code === 'bad_configuration' && !inspect(error).includes('secret'),
        apiUrl,
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

  it('refuses a token that a text program has spoilt', () => {
    assert.throws(() => cleanToken('abc\u2013123'), { code: 'bad_configuration', message: /Paste it anew/ });
  });
});
