import assert from 'node:assert/strict';
import type { Account } from '../../../demo/microshare/accounts';
import { startLake, type Lake } from '../../../demo/microshare/lake';
import { call, envelopeOf } from './client';

// The exchanges that Microshare published, with made-up users. 2017: its Postman collection; 2020: its
// data format overview and a screenshot of a write.

const ACCOUNT: Account = {
  username: 'you@example.com',
  password: 'not-a-secret',
  clientId: 'AAAAAAAA-0000-4000-8000-000000000001',
  org: 'io.microshare',
  identity: 'pointdefau',
  identityName: 'Microshare Default',
};
const HELLO = '93A23971A914E5EACBF0A8D25154CDA309C3C1C72FBB9914D47C60F3CB681588L17';

describe('captured exchanges', () => {
  let lake: Lake;
  let time: number;
  let ids: string[];
  let token: string;
  let tokenId: string;

  async function start(generation: '2017' | '2020') {
    lake = await startLake({
      accounts: [ACCOUNT],
      switches: { generation },
      now: () => time,
      newId: () => ids.shift() ?? '',
    });
    token = lake.issueToken({ kind: 'password' });
    tokenId = lake.tokens.find(token)?.id ?? '';
  }

  async function body(path: string, options: { method?: string; body?: unknown } = {}) {
    const reply = await call(lake, path, { token, ...options });
    assert.equal(reply.status, 200);
    return reply.text;
  }

  afterEach(() => lake.close());

  describe('of 2017', () => {
    const FIRST = '59238b9346e0fb0352c2948b';
    const SECOND = '59238cb146e0fb0352c2948e';
    const FIRST_SUMMARY = `{"name":"","url":"/share/io.microshare.test/${FIRST}","_id":{"$oid":"${FIRST}"},"id":"${FIRST}","tstamp":"05/23/2017 01:08:35:141 AM","recType":"io.microshare.test"}`;
    const SECOND_SUMMARY = `{"name":"","url":"/share/io.microshare.test/${SECOND}","_id":{"$oid":"${SECOND}"},"tags":["foo","bar"],"id":"${SECOND}","tstamp":"05/23/2017 01:13:21:213 AM","recType":"io.microshare.test"}`;
    const WRITTEN = '{"totalPages":0,"currentPage":1,"perPage":0,"totalCount":1,"currentCount":1}';

    function fullRecord(id: string, at: number, tags: string) {
      return `{"updaterId":"you@example.com","desc":"","name":"","createDate":{"$date":${at}},"_id":{"$oid":"${id}"},${tags}"data":{"hello":"world"},"creatorId":"you@example.com","id":"${id}","checksum":"${HELLO}","tstamp":{"$numberLong":"${at}"},"origin":{"tokendata":{"ip":"127.0.0.1","id":"${tokenId}"},"desc":"Object of Type io.microshare.test","name":"io.microshare.test","createDate":{"$numberLong":"${at}"},"creatorId":"you@example.com","id":"${id}","checksum":"${HELLO}","remoteAddress":"127.0.0.1"},"recType":"io.microshare.test","owner":{"appid":"${ACCOUNT.clientId}","org":"io.microshare","user":"you@example.com"}}`;
    }

    beforeEach(async () => {
      ids = [FIRST, SECOND];
      await start('2017');
      time = 1495501715141;
      const first = await body('/share/io.microshare.test', { body: '{\n    "hello": "world"\n}' });
      assert.equal(first, `{"meta":${WRITTEN},"objs":[${FIRST_SUMMARY}]}`);
      time = 1495502001213;
      const second = await body('/share/io.microshare.test/tags/foo/bar', { body: '{"hello": "world"}' });
      assert.equal(second, `{"meta":${WRITTEN},"objs":[${SECOND_SUMMARY}]}`);
    });

    it('one record by id', async () => {
      assert.equal(
        await body(`/share/io.microshare.test/${FIRST}`),
        `{"meta":{"totalPages":1,"currentPage":1,"perPage":999,"totalCount":1,"currentCount":1},"objs":[${fullRecord(FIRST, 1495501715141, '')}]}`,
      );
    });

    it('records of a recType, with details and without', async () => {
      const meta = '{"totalPages":1,"currentPage":1,"perPage":999,"totalCount":2,"currentCount":2}';
      const [first, second] = [
        fullRecord(FIRST, 1495501715141, ''),
        fullRecord(SECOND, 1495502001213, '"tags":["foo","bar"],'),
      ];
      assert.equal(
        await body('/share/io.microshare.test?details=true&page&perPage'),
        `{"meta":${meta},"objs":[${first},${second}]}`,
      );
      assert.equal(
        await body('/share/io.microshare.test?details=false&page&perPage'),
        `{"meta":${meta},"objs":[${FIRST_SUMMARY},${SECOND_SUMMARY}]}`,
      );
    });

    it('records with all of some tags', async () => {
      assert.equal(
        await body('/share/io.microshare.test/tags/foo/bar?details=false&page&perPage'),
        `{"meta":{"totalPages":1,"currentPage":1,"perPage":999,"totalCount":1,"currentCount":1},"objs":[${SECOND_SUMMARY}]}`,
      );
    });

    it('a delete', async () => {
      assert.equal(
        await body(`/share/io.microshare.test/${FIRST}`, { method: 'DELETE' }),
        `{"meta":${WRITTEN},"objs":[{"id":"${FIRST}","recType":"io.microshare.test"}]}`,
      );
      assert.deepEqual(
        lake.records().map(({ id }) => id),
        [SECOND],
      );
    });

    it('a LoRaWAN packet with an integer beyond a double, and its checksum', async () => {
      ids = ['59ccfa8e46e0fb0352c2948f'];
      const packet =
        '{"Freq":868300000,"upid":23393998034011604,"DR":5,"msgtype":"updf","DevEui":"58-A0-CB-FF-FF-FE-BB-15","SessID":3,"FCntUp":165,"ArrTime":1506622798.0322363,"confirm":false,"region":"EU863","regionid":1000,"FRMPayload":"00EB05050046E90F","FPort":102}';
      await body('/share/io.tracknet.packed', { body: packet });
      const text = await body('/share/io.tracknet.packed?details=true');
      assert.ok(text.includes(packet.replace('23393998034011604', '{"$numberLong":"23393998034011604"}')));
      assert.ok(text.includes('F1F3C807902AA03C4BCF2FAEE986B460C1E0434451682A6BE7799D0D07B28B98L266'));
    });
  });

  describe('of 2020', () => {
    const ID = '5ed1123046e0fb0028b702bf';
    const CHECKSUM = '05B21996343E63CDEF5F8DB6F2D20FB96B61FA60B1E35D900F3875E2822AB12EL15';

    beforeEach(async () => {
      ids = [ID];
      time = 1590759984779;
      await start('2020');
      assert.equal(
        await body('/share/my.rectype', { body: { Test: 'Data' } }),
        `{"meta":{"currentCount":1,"currentPage":1,"perPage":0,"source":"db","totalCount":1,"totalPages":0},"objs":[{"id":"${ID}","name":"","owner":"you@example.com","recType":"my.rectype","tstamp":"05/29/2020 01:46:24:779 PM","url":"/share/my.rectype/${ID}"}]}`,
      );
    });

    it('one record by id', async () => {
      assert.equal(
        await body(`/share/my.rectype/${ID}?details=true`),
        `{"meta":{"currentCount":1,"currentPage":1,"perPage":999,"source":"db","totalCount":1,"totalPages":1},"objs":[{"_id":"${ID}","checksum":"${CHECKSUM}","createDate":"2020-05-29T13:46:24.779Z","creatorId":"you@example.com","data":{"Test":"Data"},"desc":"","id":"${ID}","name":"","origin":{"checksum":"${CHECKSUM}","createDate":"2020-05-29T13:46:24.779Z","creatorId":"you@example.com","desc":"Record of Type my.rectype","id":"${ID}","name":"my.rectype","remoteAddress":"127.0.0.1","tokendata":{"id":"${tokenId}","ip":"127.0.0.1"}},"owner":{"appid":"${ACCOUNT.clientId}","org":"io.microshare","owners":[],"user":"you@example.com"},"recType":"my.rectype","tstamp":1590759984779,"updateDate":"2020-05-29T13:46:24.779Z","updaterId":"you@example.com"}]}`,
      );
    });

    it('keys in alphabetical order at every level, numbers as sent', async () => {
      ids = ['5ed1123046e0fb0028b702c0'];
      await body('/share/my.other/tags/x', {
        body: '{"b":{"z":1,"a":[{"d":2,"c":9007199254740993}]},"a":null}',
      });
      const text = await body('/share/my.other?details=true');
      assert.ok(text.includes('"data":{"a":null,"b":{"a":[{"c":9007199254740993,"d":2}],"z":1}}'));
      assert.ok(text.includes('"recType":"my.other","tags":["x"],"tstamp":'));
    });

    it('the checksum of text beyond ASCII counts characters, or bytes with the switch', async () => {
      ids = ['5ed1123046e0fb0028b702c1'];
      await body('/share/my.other', { body: { unit: '°C' } });
      const length = async () => {
        const { objs } = await envelopeOf(lake, '/share/my.other?details=true', { token });
        return String(objs[0]?.checksum).slice(64);
      };
      assert.equal(await length(), 'L13');
      lake.switches.checksumInBytes = true;
      assert.equal(await length(), 'L14');
    });
  });

  it('has the headers of the captured responses, gzip when asked for, and text for errors', async () => {
    ids = ['a', 'b'];
    time = Date.UTC(2017, 4, 23, 1, 15, 41);
    await start('2020');
    const origin = 'https://app.example';
    const plain = await call(lake, '/share/t', {
      token,
      body: {},
      headers: { 'accept-encoding': 'identity', origin },
    });
    assert.equal(plain.headers.get('server'), 'akka-http/10.0.3');
    assert.equal(plain.headers.get('content-type'), 'application/json');
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(plain.headers.get('date'), 'Tue, 23 May 2017 01:15:41 GMT');
    assert.equal(plain.headers.get('access-control-allow-origin'), origin);
    assert.equal(plain.headers.get('access-control-allow-credentials'), 'true');
    const zipped = await call(lake, '/share/t', { token, headers: { 'accept-encoding': 'gzip' } });
    assert.equal(zipped.headers.get('content-encoding'), 'gzip');
    assert.match(zipped.text, /^{"meta"/);
    const refused = await call(lake, '/share/t');
    assert.equal(refused.headers.get('content-type'), 'text/plain; charset=UTF-8');
  });
});
