import { DEMO_APPLICATION, topicPrefix } from '../../demo/things-stack/applications';
import { GATEWAYS } from '../../demo/things-stack/gateways';
import { uplinkMessage } from '../../demo/things-stack/messages';

export const APPLICATION = DEMO_APPLICATION;
export const TOPICS = `${topicPrefix(APPLICATION)}/devices/+/up`;

const DEVICES = 1_000;

/**
 * The n-th uplink, as The Things Stack sends it. The devices take turns, each with a rising frame counter. The number
 * is in the values: 32 bits of a temperature and an analog input; 11 bytes of LPP with a humidity.
 */
export function uplink(n: number): { topic: string; payload: Buffer } {
  const deviceId = `sensor-${n % DEVICES}`;
  const message = uplinkMessage(APPLICATION, {
    deviceId,
    fCnt: 1 + Math.floor(n / DEVICES),
    bytes: Buffer.from(lpp(hex16(n >> 16), hex16(n & 0xffff)), 'hex'),
    receptions: [
      { gateway: GATEWAYS[0], rssi: -57, snr: 9.5 },
      { gateway: GATEWAYS[1], rssi: -101, snr: 3.2 },
    ],
  });
  return { topic: TOPICS.replace('+', deviceId), payload: Buffer.from(JSON.stringify(message)) };
}

const lpp = (high: string, low: string) => `0167${high}02684b0302${low}`;
const hex16 = (n: number) => n.toString(16).padStart(4, '0');
const IN_RECORD = new RegExp(`"payload":"${lpp('(....)', '(....)')}"`);

/** The number of the uplink that a record was made of, whose `payload` is in hexadecimal; NaN: it cannot be found. */
export function numberOf(record: string): number {
  const [, high = '', low = ''] = IN_RECORD.exec(record) ?? [];
  return parseInt(high + low, 16);
}

/** Milliseconds of a clock that all processes of this machine share. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
