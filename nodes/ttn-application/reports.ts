import type { FeedReport } from '../../lib/ttn/feed';
import { MAX_DEVICES } from '../../lib/ttn/feed/frame-counters';
import { ageText } from '../shared/short-texts';
import type { Notice, TtnApplicationNode } from './definition';

/** What a person has to do something about reaches Catch nodes; the rest is for the log. */
const ERRORS = ['not_opened', 'listener_failed', 'queue_full', 'bad_key', 'beyond_retention'];

/** Some frames are always lost on the radio: what is lost after the first is told together. */
const RADIO_EVERY_MS = 3_600_000;

type LostReport = Extract<FeedReport, { kind: 'lost' }>;

/** Tells of a feed's reports: Catch nodes, the log, and what is for the status. */
export class ReportLog {
  readonly #node: TtnApplicationNode;
  /** Frames lost on the radio that are not told of yet: all, and by device. */
  #onTheRadio = 0;
  readonly #byDevice = new Map<string, number>();
  #toldAt = -Infinity;

  constructor(node: TtnApplicationNode) {
    this.#node = node;
  }

  tell(report: FeedReport): Notice | undefined {
    if (report.kind !== 'lost') return tellReport(this.#node, report);
    this.#tellLost(report);
    return undefined;
  }

  #tellLost({ onTheRadio, whileAway, devices }: LostReport): void {
    if (whileAway > 0) {
      const lost = devices.map(({ deviceId, whileAway }): [string, number] => [deviceId, whileAway]);
      this.#node.warn(
        `Frames lost while the application was not connected: ${whileAway} (${named(lost)}). Storage did not have them.`,
      );
    }
    this.#onTheRadio += onTheRadio;
    for (const { deviceId, onTheRadio } of devices)
      this.#byDevice.set(deviceId, (this.#byDevice.get(deviceId) ?? 0) + onTheRadio);
    if (this.#onTheRadio === 0 || performance.now() < this.#toldAt + RADIO_EVERY_MS) return;
    this.#toldAt = performance.now();
    this.#node.log(`Frames lost on the radio: ${this.#onTheRadio} (${named([...this.#byDevice])})`);
    this.#onTheRadio = 0;
    this.#byDevice.clear();
  }
}

/** Those that lost most. */
function named(devices: [string, number][]): string {
  const lost = devices.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return lost
    .slice(0, MAX_DEVICES)
    .map(([deviceId, count]) => `${deviceId} ${count}`)
    .join(', ');
}

function tellReport(node: TtnApplicationNode, report: Exclude<FeedReport, LostReport>): Notice | undefined {
  switch (report.kind) {
    case 'problem': {
      const { error } = report;
      if (ERRORS.includes(error.code)) node.error(error, {});
      else node.warn(`${error.message} (${error.code})`);
      return error.code === 'silence' ? { name: 'silent' } : undefined;
    }
    case 'unreadable': {
      const { error, topic, payload } = report;
      node.error(error, { topic, payload });
      return { name: 'unreadable', error };
    }
    case 'recovering':
      return report.again ? undefined : { name: 'recovering' };
    case 'recovered': {
      const { emitted } = report;
      if (emitted === 0) return undefined;
      node.log(`${emitted} messages that had not come were fetched from storage.`);
      return { name: 'recovered', count: emitted };
    }
    case 'stalled':
      node.log(
        `For ${ageText(report.ms)} Node.js was busy or the machine asleep, or its clock was set: what the server may have dropped is fetched.`,
      );
      return undefined;
    case 'heard':
      node.log(`Messages come again, after ${Math.round(report.silentMs / 60_000)} min.`);
      return undefined;
  }
}
