import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Lake } from '../../demo/microshare/lake';
import { eventually } from '../eventually';
import type { Flow, FlowNode, Message } from './flow';
import { REC_TYPE, ShareBench, uplink } from './share-bench';

describe('microshare-share', () => {
  const bench = new ShareBench();
  let lake: Lake;

  beforeEach(async () => (lake = await bench.open()));
  afterEach(() => bench.close());

  const start = (share?: object, account?: object, token?: string): Promise<Flow> =>
    bench.start(share, account, token === undefined ? {} : { token });
  const written = (msg: Message) => bench.written(msg);
  const caught = (msg: Message) => bench.caught(msg);

  it('writes the payload as it is, keeps the message, and is done', async () => {
    const running = await start({ tags: 'London, roof' });
    const msg = await written({ payload: { temperature: 21.5 }, tags: ['room 3'], mine: 7, topic: 't' });
    const [record] = lake.records(REC_TYPE);
    assert.deepEqual(record?.data, { temperature: 21.5 });
    assert.deepEqual(record?.tags, ['London', 'roof', 'room 3']);
    assert.equal(msg.mine, 7);
    assert.equal(msg.topic, 't');
    assert.equal(msg.microshare.id, record?.id);
    assert.deepEqual(msg.microshare.tags, ['London', 'roof', 'room 3']);
    const [completed] = await running.arrived('completed');
    assert.equal(completed?.complete.source.id, 'share');
    await running.shown('share', 'microshare-share.status.firstWrite');
  });

  it('writes another property', async () => {
    await start({ property: 'reading.room' });
    await written({ payload: 'not this', reading: { room: { co2: 640 } } });
    assert.deepEqual(lake.records()[0]?.data, { co2: 640 });
  });

  it('builds the unpacked record from msg.uplink and msg.lpp', async () => {
    await start({ record: 'unpacked' });
    const uplink = {
      key: 'k',
      deviceId: 'office-1',
      devEui: '70B3D57ED0001234',
      fPort: 1,
      fCnt: 3,
      bytes: Buffer.from('03670110', 'hex'),
      gateways: [],
    };
    const readings = [{ channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' }];
    await written({ payload: 'whatever', uplink, lpp: { readings } });
    const data = lake.records()[0]?.data as Message;
    assert.deepEqual(data.temperature, [{ unit: '°C', value: 27.2, context_id: '3' }]);
    assert.equal(data.meta.iot.device_id, '70-B3-D5-7E-D0-00-12-34');
  });

  const SOURCES: [string, object, Message][] = [
    ['the message', { recType: 'kind', recTypeType: 'msg' }, { kind: 'io.from.msg' }],
    ['msg.recType', { recType: '' }, { recType: 'io.from.msg' }],
    ['the environment', { recType: 'TEST_RECTYPE', recTypeType: 'env' }, {}],
    ['JSONata', { recType: '"io.from." & source', recTypeType: 'jsonata' }, { source: 'msg' }],
  ];
  for (const [name, fields, msg] of SOURCES) {
    it(`takes the recType from ${name}`, async () => {
      process.env.TEST_RECTYPE = 'io.from.msg';
      await start(fields);
      await written({ ...msg, payload: { x: 1 } });
      delete process.env.TEST_RECTYPE;
      assert.equal(lake.records()[0]?.recType, 'io.from.msg');
    });
  }

  it('works out an expression that goes through a thousand values, for messages that come at once', async () => {
    const through = '$reduce($map([1..1000], function($v) { $v * 2 }), function($sum, $v) { $sum + $v })';
    const running = await start({ record: 'jsonata', expression: `{ "n": n, "sum": ${through} }` });
    for (const n of [1, 2, 3]) running.send('share', { n });
    await eventually(() => lake.records().length === 3, 'the records');
    const found = lake.records().map(({ data }) => data as { n: number; sum: number });
    assert.deepEqual(
      found.map(({ n, sum }) => [n, sum]).sort(),
      [1, 2, 3].map((n) => [n, 1_001_000]),
    );
  });

  it('builds records as wide as a floor of devices: each row a field, each value a list', async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => ({ id: `desk-${n}`, celsius: n / 10 }));
    const devices = rows.slice(0, 170);
    const list = (value: string) => `[{ "unit": "°C", "value": $round(${value} * 1.8 + 32, 1) }]`;
    const fields = devices.map((_, n) => `"at ${n}": ${list(`rows[${n}].celsius`)}`).join(', ');
    const EXPRESSIONS: [string, number][] = [
      ['rows{ id: celsius }', rows.length],
      [`rows{ id: ${list('celsius')} }`, rows.length],
      [`rows[[0..169]]{ id: { "a": ${list('celsius')}, "b": ${list('celsius')} } }`, devices.length],
      [`{ ${fields} }`, devices.length],
    ];
    for (const [expression, width] of EXPRESSIONS) {
      await start({ record: 'jsonata', expression });
      await written({ rows });
      assert.equal(Object.keys(lake.records().at(-1)?.data as object).length, width);
      await bench.stop();
    }
  });

  it('writes a message that cannot be copied, though nothing can be tried on it', async () => {
    let deep: object = {};
    for (let level = 0; level < 6000; level++) deep = { deep };
    await start();
    await written({ payload: { x: 1 }, deep });
    assert.deepEqual(lake.records()[0]?.data, { x: 1 });
  });

  const endless = (call: string) => `($f := function($n) { ${call} }; $f(1))`;
  const ENDLESS: [string, object, string, RegExp][] = [
    ['a record', { record: 'jsonata', expression: endless('$f($n + 1)') }, 'bad_record', /longer than 1 s/],
    [
      'a record',
      { record: 'jsonata', expression: endless('1 + $f($n)') },
      'bad_record',
      /parts of it are under way/,
    ],
    [
      'a recType',
      { recTypeType: 'jsonata', recType: endless('1 + $f($n)') },
      'bad_rectype',
      /parts of it are under way/,
    ],
  ];
  for (const [what, fields, code, text] of ENDLESS) {
    it(`stops an expression of ${what} that has no end: ${text.source}`, async () => {
      await start(fields);
      const { error } = await caught({ payload: {} });
      assert.equal(error.code, code);
      assert.match(String(error.message), text);
    });
  }

  const BAD: [string, object, Message, string][] = [
    ['an invalid recType', { recType: '' }, { payload: {}, recType: 'io/example' }, 'bad_rectype'],
    ['no recType', { recType: '' }, { payload: {} }, 'bad_rectype'],
    ['a broken expression', { recType: '$no(', recTypeType: 'jsonata' }, { payload: {} }, 'bad_rectype'],
    ['a reserved tag', { tags: 'latest' }, { payload: {} }, 'bad_tags'],
    ['a payload that is no object', {}, { payload: 21.5 }, 'bad_record'],
    ['a Buffer', {}, { payload: Buffer.from('00', 'hex') }, 'bad_record'],
    ['an unpacked record without an uplink', { record: 'unpacked' }, { payload: {} }, 'bad_record'],
  ];
  for (const [name, fields, msg, code] of BAD) {
    it(`rejects ${name} for good, before anything is sent`, async () => {
      const running = await start(fields);
      const error = (await caught({ ...msg, mine: 7 })).error as Message;
      assert.equal(error.code, code);
      const [rejected] = await running.arrived('rejected');
      assert.equal(rejected?.error.code, code);
      assert.equal(rejected?.mine, 7);
      assert.deepEqual(rejected?.payload, msg.payload);
      await running.shown('share', `microshare-share.status.${code}`);
      assert.equal(lake.requests.length, 0);
      assert.equal(running.inbox('completed').length, 0);
    });
  }

  it('tries again what may pass, and gives Catch nodes the status and the text of the server for what may not', async () => {
    const running = await start();
    lake.fail([
      { kind: 'answer', status: 503 },
      { kind: 'answer', status: 400, body: 'not like this' },
    ]);
    for (const n of [1, 2, 3]) running.send('share', { payload: { n } });
    const written = await running.arrived('written', 2);
    assert.deepEqual(
      written.map((msg) => [msg.payload.n as number, msg.microshare.attempts as number]),
      [
        [2, 1],
        [3, 1],
      ],
    );
    const [rejected] = running.inbox('caught');
    assert.equal(rejected?.microshare.statusCode, 400);
    assert.match(rejected?.error.message as string, /answered 400.*not like this/);
    assert.deepEqual(
      running.inbox('rejected').map((msg) => [msg.payload.n as number, msg.error.statusCode as number]),
      [[1, 400]],
    );
    assert.equal(running.inbox('caught').length, 1);
  });

  for (const name of ['TEST_TOKEN', 'test.app.token']) {
    it(`takes the token from an environment variable: ${name}`, async () => {
      process.env[name] = lake.issueToken();
      await start({}, { tokenVariable: name }, '');
      await written({ payload: { x: 1 } });
      delete process.env[name];
    });
  }

  const UNUSABLE: [string, object, object, string][] = [
    ['without a token', {}, {}, 'bad_configuration'],
    ['without an account', { account: '' }, {}, 'bad_configuration'],
    ['with an address that is none', {}, { apiUrl: 'api.microshare.io' }, 'bad_configuration'],
    ['with a variable that is not set', {}, { tokenVariable: 'NO_SUCH_VARIABLE' }, 'bad_configuration'],
    ['with a TLS configuration that is not there', {}, { tls: 'gone' }, 'bad_configuration'],
  ];
  for (const [name, share, account, code] of UNUSABLE) {
    it(`shows at once that it cannot work ${name}`, async () => {
      const running = await start(share, account, '');
      await running.shown('share', `microshare-share.status.${code}`);
      assert.equal((await caught({ payload: {} })).error.code, code);
    });
  }

  for (const [what, secret] of [
    ['token', 'fa4e'.repeat(16)],
    ['password', 'hapfoz-2gykni-zyzKyx'],
  ] as const) {
    it(`repeats no ${what} that stands where the name of its variable should`, async () => {
      await start({}, { tokenVariable: secret }, '');
      const { message } = (await caught({ payload: {} })).error;
      assert.match(String(message), /variable is not set.*may be a secret.*set the variable/);
      assert.ok(!String(message).includes(secret));
    });
  }

  const NEVER_RIGHT: [string, object, string, RegExp][] = [
    ['a recType', { recType: 'io.example/{{uplink.deviceId}}' }, 'bad_rectype', /the character \//],
    [
      'an expression of the recType',
      { recType: 'topic &', recTypeType: 'jsonata' },
      'bad_rectype',
      /topic &/,
    ],
    ['a tag', { tags: 'office, latest' }, 'bad_tags', /"latest" is reserved/],
    ['a tag from a variable', { tags: '${NOT_SET}' }, 'bad_tags', /NOT_SET.* not set/],
    [
      'a usecase from a variable',
      { record: 'unpacked', usecase: '${NOT_SET}' },
      'bad_configuration',
      /NOT_SET is not set/,
    ],
    ['an expression of the record', { record: 'jsonata', expression: '{' }, 'bad_record', /expression/],
  ];
  for (const [what, share, code, text] of NEVER_RIGHT) {
    it(`says at once that ${what} is right for no message`, async () => {
      const running = await start(share);
      await running.shown('share', `microshare-share.status.${code}`);
      const [error] = running.errors('share') as [Error];
      assert.match(error.message, text);
    });
  }

  it('goes on to say so while records that came before are written', async () => {
    lake.fail({ kind: 'reset', times: null });
    const running = await start();
    running.send('share', { payload: {} });
    await running.arrived('completed', 1);
    await running.deploy(bench.nodes({ tags: 'latest' }), {});
    await running.shown('share', 'microshare-share.status.bad_tags');
    lake.heal();
    await bench.act('resume');
    await running.arrived('written', 2);
    const now = performance.now.bind(performance);
    sinon.stub(performance, 'now').callsFake(() => now() + 10_000);
    await bench.act('stats');
    assert.equal(running.status('share'), 'microshare-share.status.bad_tags');
  });

  it('leaves out no device but those whose place is taken from a variable that is not set', async () => {
    const places = [{ id: 'far-away', device: '${NOT_SET}' }];
    const running = await start({ record: 'unpacked', places });
    const msg = (deviceId: string) => ({
      payload: {},
      uplink: { ...uplink(deviceId), deviceId },
      lpp: { readings: [] },
    });
    await written(msg('office-1'));
    const { error } = await caught(msg('far-away'));
    assert.deepEqual([error.code, lake.records().length], ['bad_configuration', 1]);
    assert.match(error.message as string, /NOT_SET is not set/);
    assert.equal(running.inbox('rejected').length, 1);
  });

  it('works in a subflow, whose property chooses the account, also when that alone is deployed', async () => {
    const [account, share, ...others] = bench.nodes({ account: '${ACCOUNT}', z: 'sub' }) as [
      FlowNode,
      FlowNode,
    ];
    const env = (value: string) => [{ name: 'ACCOUNT', type: 'str', value }];
    const flow = (changed: object): FlowNode[] => [
      { ...account, ...changed },
      { id: 'sub', type: 'subflow', in: [{ wires: [{ id: 'share' }] }], out: [], env: env('') },
      { ...share, wires: [[], []] },
      { id: 'instance', type: 'subflow:sub', env: env('account'), wires: [] },
      ...others,
    ];
    const running = await start();
    const credentials = { account: { token: lake.issueToken() } };
    await running.deploy(flow({}), credentials);
    const send = (n: number) => running.send('instance', { payload: { n } });
    const numbers = () => lake.records().map(({ data }) => (data as Message).n as number);
    send(1);
    await eventually(() => numbers().length === 1, 'the first record');
    for (const [n, changed] of [{ name: 'renamed' }, { d: true }, { maxInFlight: 5 }].entries()) {
      const begunAt = performance.now();
      await running.deploy(flow(changed), credentials, 'nodes');
      assert.ok(performance.now() < begunAt + 5_000, 'nobody is waited for in vain');
      send(n + 2);
    }
    await eventually(() => numbers().length === 4, 'all records');
    assert.deepEqual(numbers(), [1, 2, 3, 4]);
  });

  it('writes again when its account was deleted, and is put back', async () => {
    const flow = await bench.start();
    const [account, ...others] = bench.nodes();
    await flow.deploy(others, {}, 'nodes');
    assert.match(
      (await bench.caught({ payload: { n: 1 } })).error.message as string,
      /account does not exist/,
    );
    await flow.deploy([account!, ...others], { account: { token: lake.issueToken() } }, 'nodes');
    await bench.written({ payload: { n: 2 } });
  });

  it('tells nobody the secret of a variable that is named in place of its name', async () => {
    process.env.TEST_TOKEN = 'not-for-the-log';
    const running = await start({}, { tokenVariable: '${TEST_TOKEN}' }, '');
    const { error } = await caught({ payload: {} });
    delete process.env.TEST_TOKEN;
    assert.match(error.message as string, /its name stands without/);
    assert.doesNotMatch(JSON.stringify([error, running.errors('share').map(String)]), /not-for-the-log/);
  });

  it('says so when Microshare breaks every connection', async () => {
    const running = await start();
    lake.fail({ kind: 'reset', times: null });
    running.send('share', { payload: {} });
    await running.shown('share', 'microshare-share.status.waiting');
  });

  describe('when the clock is set back', () => {
    const HOUR = 3_600_000;
    const setBack = () => {
      const { now } = Date;
      sinon.stub(Date, 'now').callsFake(() => now() - 6 * HOUR);
    };

    it('shows what happens', async () => {
      const running = await start();
      await written({ payload: {} });
      await running.shown('share', 'microshare-share.status.firstWrite');
      setBack();
      running.send('share', { payload: 'no object' });
      await running.shown('share', 'microshare-share.status.bad_record');
    });

    it('tells the log after a minute that records still wait', async () => {
      const running = await start();
      const told = () => running.warnings('share').filter((text) => text.startsWith('Records wait')).length;
      lake.fail({ kind: 'reset', times: null });
      running.send('share', { payload: {} });
      await eventually(() => told() === 1, 'the warning');
      setBack();
      const now = performance.now.bind(performance);
      sinon.stub(performance, 'now').callsFake(() => now() + 61_000);
      await bench.act('resume');
      await eventually(() => told() === 2, 'the second warning');
    });
  });
});
