import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { SinonSpy } from 'sinon';
import lppDecode from '../../nodes/lpp-decode';
import catalogue from '../../nodes/locales/en-US/lpp-decode.json';
import { Flow, type Message } from './flow';

/** The node with a translator that shows what it was asked for: the test helper's own leaves the values out. */
function lppDecodeWithTexts(RED: NodeAPI): void {
  const _ = (key: string, values?: object) => (values ? `${key} ${JSON.stringify(values)}` : key);
  lppDecode(Object.assign(Object.create(RED) as NodeAPI, { _ }));
}

const TEMPERATURE = { channel: 3, type: 103, name: 'temperature', value: 27.2, unit: '°C' };

describe('lpp-decode', () => {
  let flow: Flow;

  afterEach(() => flow.stop());

  async function start(settings: object = {}): Promise<void> {
    const node = { id: 'lpp', type: 'lpp-decode', wires: [['decoded']], ...settings };
    flow = await Flow.start([lppDecodeWithTexts], [node, { id: 'decoded', type: 'helper' }]);
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

  it('has a short text for every status', () => {
    const { status } = catalogue['lpp-decode'];
    for (const code of [...faults.map(([fault]) => fault), 'readings', 'readings_plural', 'error'] as const) {
      assert.ok(status[code].length < 20, code);
    }
  });
});
