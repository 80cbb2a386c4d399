import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { SinonSpy } from 'sinon';
import lppDecode from '../../nodes/lpp-decode';
import { eventually } from '../eventually';
import { coreNode, Flow, type FlowNode, type Message } from './flow';

/** Node-RED's own check of permissions; the test helper's lets everyone pass. */
const auth = createRequire(__filename)('@node-red/editor-api/lib/auth') as NodeAPI['auth'] & {
  init(settings: object, storage: object): void;
};

const splitAndJoin = coreNode('sequence/17-split');

/** The node with a translator that shows what it was asked for: the test helper's own leaves the values out. */
function lppDecodeWithTexts(RED: NodeAPI): void {
  const _ = (key: string, values?: object) => (values ? `${key} ${JSON.stringify(values)}` : key);
  lppDecode(Object.assign(Object.create(RED) as NodeAPI, { _, auth }));
}

const TEMPERATURE = { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' };

describe('lpp-decode', () => {
  let flow: Flow;

  afterEach(() => flow.stop());

  async function start(settings: object = {}, more: FlowNode[] = []): Promise<void> {
    const node = { id: 'lpp', type: 'lpp-decode', wires: [['decoded']], ...settings };
    flow = await Flow.start(
      [lppDecodeWithTexts, splitAndJoin],
      [node, { id: 'decoded', type: 'helper' }, { id: 'faulty', type: 'helper' }, ...more],
    );
  }

  async function decoded(msg: Message): Promise<Message> {
    flow.send('lpp', msg);
    return (await flow.arrived('decoded'))[0]!;
  }

  async function caught(msg: Message): Promise<Message> {
    flow.send('lpp', msg);
    return (await flow.arrived('caught'))[0]!;
  }

  function assertStatus(fill: string, shape: string, text: string): void {
    const { status } = helper.getNode('lpp') as unknown as { status: SinonSpy };
    assert.deepEqual(status.lastCall.args, [{ fill, shape, text }]);
  }

  it('puts the readings in place of the bytes and keeps the rest of the message', async () => {
    await start();
    const uplink = { deviceId: 'office-1', fPort: 1 };
    const msg = await decoded({ payload: Buffer.from('03670110', 'hex'), topic: 'up', uplink });
    assert.deepEqual(msg.payload, [TEMPERATURE]);
    assert.deepEqual(msg.lpp, { hex: '03670110', dialect: 'extended', readings: [TEMPERATURE] });
    assert.equal(msg.topic, 'up');
    assert.deepEqual(msg.uplink, uplink);
  });

  it('is done after each message, and shows how many readings it had', async () => {
    await start();
    await decoded({ payload: '0367011005670011' });
    assert.equal((await flow.arrived('completed'))[0]?.complete.source.id, 'lpp');
    assertStatus('green', 'dot', 'lpp-decode.status.readings {"count":2}');
  });

  it('keeps msg.lpp apart from the payload, which a flow may change', async () => {
    await start();
    const msg = await decoded({ payload: '03670110' });
    msg.payload[0].value = 'warm';
    assert.equal(msg.lpp.readings[0].value, 27.2);
  });

  it('gives the flat shape', async () => {
    await start({ output: 'ttn' });
    const msg = await decoded({ payload: 'A2cBEAVnAP8=' });
    assert.deepEqual(msg.payload, { temperature_3: 27.2, temperature_5: 25.5 });
    assert.equal(msg.lpp.readings.length, 2);
  });

  it('reads and replaces another property', async () => {
    await start({ property: 'uplink_message.frm_payload', format: 'base64' });
    const msg = await decoded({ payload: 1, uplink_message: { frm_payload: 'A2cBEA==', f_port: 2 } });
    assert.deepEqual(msg.uplink_message, { frm_payload: [TEMPERATURE], f_port: 2 });
    assert.equal(msg.payload, 1);
  });

  for (const [setting, value] of [
    [false, 65.336],
    [true, -0.2],
    ['true', -0.2],
    ['false', 65.336],
  ] as const) {
    it(`reads the current as ${value} A with the sign set to ${JSON.stringify(setting)}`, async () => {
      await start({ signedVoltageCurrent: setting });
      const msg = await decoded({ payload: Buffer.from('0175ff38', 'hex') });
      assert.equal(msg.payload[0].value, value);
    });
  }

  const faults = [
    ['empty', Buffer.alloc(0), {}],
    ['truncated', Buffer.from('036701100567', 'hex'), {}],
    ['unknown_type', Buffer.from('0174012c', 'hex'), { dialect: 'lpp' }],
    ['bad_input', { frm_payload: 'A2cBEA==' }, {}],
    ['bad_input', '03670110', { format: 'buffer' }],
    ['bad_input', 'A2cBEA==', { property: 'uplink_message.frm_payload' }],
    ['bad_option', '03670110', { dialect: 'klingon' }],
    ['bad_option', '03670110', { output: 'xml' }],
  ] as const;
  for (const [code, payload, settings] of faults) {
    it(`gives a Catch node ${code} and the message as it came, ${JSON.stringify(settings)}`, async () => {
      await start(settings);
      const { error, ...msg } = await caught({ _msgid: 'a1', payload, topic: 'up' });
      assert.equal(error.code, code);
      assert.equal(error.source.id, 'lpp');
      assert.deepEqual(msg, { _msgid: 'a1', payload, topic: 'up' });
      assertStatus('red', 'ring', `lpp-decode.status.${code}`);
      assert.deepEqual(flow.inbox('decoded'), []);
      assert.deepEqual(flow.inbox('completed'), []);
    });
  }

  it('goes on after a fault', async () => {
    await start();
    await caught({ payload: 'no bytes' });
    assert.deepEqual((await decoded({ payload: '03670110' })).payload, [TEMPERATURE]);
  });

  it('takes whole messages of network servers', async () => {
    await start();
    const message = {
      end_device_ids: { device_id: 'office-1' },
      uplink_message: { f_port: 1, frm_payload: 'A2cBEA==' },
    };
    assert.deepEqual((await decoded({ payload: message })).payload, [TEMPERATURE]);
  });

  it('leaves uplinks on other FPorts out, and says so', async () => {
    await start({ fPorts: '1, 10-20' });
    flow.send('lpp', { payload: '03670110', uplink: { fPort: 5 } });
    await flow.arrived('completed');
    assertStatus('grey', 'ring', 'lpp-decode.status.otherFPort {"fPort":5}');
    await decoded({ payload: '03670110', uplink: { fPort: 10 } });
    assert.equal(flow.inbox('decoded').length, 1);
  });

  it('gives the output in the chosen shape, with names of channels', async () => {
    await start({ output: 'channels', channelNames: { 3: 'boiler' } });
    assert.deepEqual((await decoded({ payload: '03670110' })).payload, { boiler: { temperature: 27.2 } });
  });

  for (const split of [false, true]) {
    it(`names the channels in msg.lpp, too, of which the record is built, with split ${split}`, async () => {
      await start({ split, booleans: true, channelNames: { 3: 'boiler' } });
      const { lpp } = await decoded({ payload: '03670110' });
      assert.deepEqual(lpp.readings, [{ ...TEMPERATURE, channelName: 'boiler' }]);
    });
  }

  it('sends one message for each reading, which a join node puts together', async () => {
    await start({ split: true, booleans: true });
    flow.send('lpp', { payload: '0367011001000105670011', topic: 'up' });
    const messages = await flow.arrived('decoded', 3);
    assert.deepEqual(
      messages.map(({ payload, topic, parts, lpp }) => [
        payload.name as string,
        payload.value as unknown,
        topic as string,
        parts.index as number,
        parts.count as number,
        lpp.readings.length as number,
      ]),
      [
        ['temperature', 27.2, 'up', 0, 3, 1],
        ['digital_in', true, 'up', 1, 3, 1],
        ['temperature', 1.7, 'up', 2, 3, 1],
      ],
    );
    assert.equal(new Set(messages.map(({ parts }) => parts.id as string)).size, 1);
  });

  for (const property of ['payload', 'data', 'data.bytes']) {
    it(`sends such messages of ${property} to a join node`, async () => {
      const join = { id: 'join', type: 'join', mode: 'auto', wires: [['joined']] };
      await start({ split: true, property, wires: [['join']] }, [join, { id: 'joined', type: 'helper' }]);
      const bytes = '03670110056700ff';
      flow.send('lpp', { payload: 'elsewhere', data: { bytes }, [property]: bytes });
      const [joined] = await flow.arrived('joined');
      const { payload, data } = joined as { payload: unknown; data: { bytes: unknown } };
      const readings = { payload, data, 'data.bytes': data.bytes }[property] as Message[];
      assert.deepEqual(
        readings.map(({ value }) => value as number),
        [27.2, 25.5],
      );
      assert.equal(payload === 'elsewhere', property !== 'payload');
    });
  }

  it('keeps the place of a message in a list that was split before', async () => {
    await start({ split: true });
    const parts = { id: 'x', index: 1, count: 2 };
    flow.send('lpp', { payload: '036701100567ffff', parts });
    const messages = await flow.arrived('decoded', 2);
    assert.deepEqual(
      messages.map((msg) => [msg.parts.index, msg.parts.parts] as unknown[]),
      [
        [0, parts],
        [1, parts],
      ],
    );
  });

  it('keeps what stands before a fault, when told so', async () => {
    await start({ fault: 'keep' });
    const { payload, lpp } = await decoded({ payload: '0367011005ff01' });
    assert.deepEqual(payload, [TEMPERATURE]);
    assert.deepEqual(lpp.readings, [TEMPERATURE]);
    const { code, offset, channel, type, rest, message } = lpp.error;
    assert.deepEqual([code, offset, channel, type, rest], ['unknown_type', 4, 5, 255, '05ff01']);
    assert.match(message as string, /255 \(0xFF\)/i);
    assertStatus('yellow', 'ring', 'lpp-decode.status.unknown_type');
  });

  it('gives a Catch node a fault before which nothing stands, where each reading is a message', async () => {
    await start({ fault: 'keep', split: true });
    assert.equal((await caught({ payload: '0367' })).error.code, 'truncated');
    assertStatus('red', 'ring', 'lpp-decode.status.truncated');
    const { payload, lpp } = await decoded({ payload: '036701100567' });
    assert.deepEqual([payload, lpp.error.code], [TEMPERATURE, 'truncated']);
  });

  it('sends what it cannot decode out of the second output, when told so', async () => {
    await start({ fault: 'output', wires: [['decoded'], ['faulty']] });
    flow.send('lpp', { payload: '0367', mine: 7 });
    const { payload, mine, error } = await eventually(() => flow.inbox('faulty')[0], 'a faulty message');
    assert.deepEqual([payload, mine, error.code, error.offset], ['0367', 7, 'truncated', 0]);
    await flow.arrived('completed');
    assert.equal(flow.inbox('caught').length, 0);
  });

  for (const settings of [
    { channelNames: { 300: 'boiler' } },
    { customTypes: [{ id: 300, name: 'dust', bytes: 2 }] },
    { direction: 'sideways' },
  ]) {
    it(`says at once that a setting cannot be: ${JSON.stringify(settings)}`, async () => {
      await start(settings);
      assertStatus('red', 'ring', 'lpp-decode.status.bad_option');
      assert.equal((await caught({ payload: '03670110' })).error.code, 'bad_option');
    });
  }

  it('takes types of the user, and the dialect LPP 2.0 by the FPort', async () => {
    await start({ customTypes: [{ id: 200, name: 'dust', bytes: 2, divisor: 10, unit: 'µg/m³' }] });
    const [dust] = (await decoded({ payload: '01c800fb' })).payload as unknown[];
    assert.deepEqual(dust, { channel: 1, type: 200, name: 'dust', value: 25.1, unit: 'µg/m³' });
    await flow.stop();
    await start({ dialect: 'lpp2', packedBase: '0', output: 'ttn' });
    const msg = await decoded({ payload: '6701106850', uplink: { fPort: 2 } });
    assert.deepEqual(msg.payload, { temperature_0: 27.2, relative_humidity_1: 40 });
  });

  it('warns of what is doubtful, and changes nothing', async () => {
    await start({ dialect: 'lpp' });
    const { payload, lpp } = await decoded({ payload: '0168ff' });
    assert.equal(payload[0].value, 127.5);
    assert.deepEqual(
      (lpp.warnings as { code: string }[]).map(({ code }) => code),
      ['humidity'],
    );
  });

  describe('the other way round', () => {
    it('puts the bytes in place of the readings and keeps the rest of the message', async () => {
      await start({ direction: 'encode' });
      const payload = [{ channel: 3, name: 'temperature', value: 27.21 }];
      const msg = await decoded({ payload, topic: 'down', lpp: { hex: 'ff' } });
      assert.deepEqual(msg.payload, Buffer.from('03670110', 'hex'));
      assert.deepEqual(msg.lpp, { hex: '03670110', dialect: 'extended', readings: [TEMPERATURE] });
      assert.equal(msg.topic, 'down');
      await flow.arrived('completed');
      assertStatus('green', 'dot', 'lpp-decode.status.readings {"count":1}');
    });

    for (const [encodeAs, payload] of [
      ['hex', '03670110'],
      ['base64', 'A2cBEA=='],
    ]) {
      it(`gives text in ${encodeAs}, from names by channel in another property`, async () => {
        await start({
          direction: 'encode',
          encodeAs,
          property: 'down.frm_payload',
          channelNames: { 3: 'boiler' },
        });
        const msg = await decoded({ down: { frm_payload: { boiler: { temperature: 27.2 } } } });
        assert.deepEqual(msg.down, { frm_payload: payload });
      });
    }

    it('warns of what is doubtful', async () => {
      await start({ direction: 'encode' });
      const { lpp } = await decoded({ payload: { relative_humidity_1: 120 } });
      assert.equal(lpp.warnings[0].code, 'humidity');
    });

    for (const output of ['readings', 'ttn', 'channels']) {
      it(`gives back the bytes whose ${output} it gets`, async () => {
        const settings = {
          customTypes: [{ id: 200, name: 'dust', bytes: 2, divisor: 10 }],
          signedVoltageCurrent: true,
          booleans: true,
          isoTime: true,
          channelNames: { 8: 'boiler' },
        };
        const node = { type: 'lpp-decode', ...settings };
        flow = await Flow.start(
          [lppDecode],
          [
            { ...node, id: 'first', output, wires: [['second']] },
            { ...node, id: 'second', direction: 'encode', encodeAs: 'hex', wires: [['bytes']] },
            { id: 'bytes', type: 'helper' },
          ],
        );
        const hex = '018806765ff2960a0003e80575ff380500010685654a1b4007c800fb08670110';
        flow.send('first', { payload: hex });
        const [msg] = await flow.arrived('bytes');
        assert.equal(msg!.payload, hex);
      });
    }

    const refusals = [
      ['unknown_type', { temprature_3: 1 }, {}],
      ['bad_channel', { temperature_300: 1 }, {}],
      ['bad_value', { temperature_3: 'warm' }, {}],
      ['out_of_range', { temperature_3: 9999 }, {}],
      ['bad_input', Buffer.of(3, 103), {}],
      ['bad_option', { temperature_3: 1 }, { encodeAs: 'morse' }],
    ] as const;
    for (const [code, payload, settings] of refusals) {
      it(`gives a Catch node ${code} and the message as it came`, async () => {
        await start({ direction: 'encode', fault: 'keep', ...settings });
        const { error, ...msg } = await caught({ _msgid: 'a1', payload });
        assert.equal(error.code, code);
        assert.deepEqual(msg, { _msgid: 'a1', payload });
        assertStatus('red', 'ring', `lpp-decode.status.${code}`);
      });
    }

    it('sends what it refuses out of the second output, when told so', async () => {
      await start({ direction: 'encode', fault: 'output', wires: [['decoded'], ['faulty']] });
      flow.send('lpp', { payload: { temprature_3: 1 } });
      const { payload, error } = await eventually(() => flow.inbox('faulty')[0], 'a refused message');
      assert.deepEqual(payload, { temprature_3: 1 });
      assert.equal(error.code, 'unknown_type');
      assert.match(error.message as string, /Did you mean temperature\?$/);
      assert.deepEqual(flow.inbox('decoded'), []);
    });

    it('frames LPP 2.0 by the FPort of the uplink', async () => {
      await start({ direction: 'encode', dialect: 'lpp2', packedBase: '1', encodeAs: 'hex' });
      const msg = await decoded({
        payload: { temperature_1: 27.2, relative_humidity_2: 40 },
        uplink: { fPort: 2 },
      });
      assert.equal(msg.payload, '6701106850');
    });
  });

  describe('the last payload, for the dialog', () => {
    const permissions: Record<string, string> = { reader: 'read', other: 'flows.read' };

    before(() => {
      const tokens = (token: string) =>
        Promise.resolve(permissions[token] ? { username: token, permissions: permissions[token] } : null);
      auth.init(
        { adminAuth: { type: 'credentials', users: [], tokens } },
        { getSessions: () => Promise.resolve({}) },
      );
    });

    after(() => auth.init({}, {}));

    const last = (token: string) =>
      helper.request().get('/lpp-decode/lpp/last').set('Authorization', `Bearer ${token}`);

    it('is there for who may read flows, and for nobody else', async () => {
      await start();
      await last('reader').expect(204);
      await decoded({ payload: '03670110', uplink: { fPort: 7 } });
      await last('reader').expect(200, { hex: '03670110', fPort: 7 });
      await last('other').expect(401);
      await last('stranger').expect(401);
      await helper.request().get('/lpp-decode/lpp/last').expect(401);
    });

    it('is there when it was faulty, or encoded', async () => {
      await start();
      await caught({ payload: '0367' });
      await last('reader').expect(200, { hex: '0367' });
      await flow.stop();
      await start({ direction: 'encode' });
      await decoded({ payload: { temperature_3: 27.2 } });
      await last('reader').expect(200, { hex: '03670110' });
    });

    it('is known by the node of the template in a subflow, which the dialog is of', async () => {
      await start();
      const place = { x: 0, y: 0, wires: [] };
      const subflow = [
        { id: 'template', type: 'subflow', in: [{ wires: [{ id: 'lpp' }] }], out: [] },
        { id: 'lpp', type: 'lpp-decode', z: 'template', ...place },
        { id: 'tab', type: 'tab' },
        { id: 'instance', type: 'subflow:template', z: 'tab', ...place },
      ];
      await helper.setFlows(subflow, 'full');
      helper.getNode('instance').receive({ payload: '03670110' });
      await eventually(async () => (await last('reader')).status === 200, 'the payload');
      await last('reader').expect(200, { hex: '03670110' });
    });

    it('is gone when the node closes, and is not one that was left out', async () => {
      await start({ fPorts: '1' });
      await decoded({ payload: '03670110' });
      await flow.deploy([{ id: 'lpp', type: 'lpp-decode', fPorts: '1', wires: [[]] }]);
      await last('reader').expect(204);
      flow.send('lpp', { payload: '03670110', uplink: { fPort: 2 } });
      await flow.arrived('completed', 2);
      await last('reader').expect(204);
    });
  });
});
