import type { FeedReport } from '../../lib/ttn/feed';
import type { Notice, TtnApplicationNode } from './definition';

/** What a person has to do something about reaches Catch nodes; the rest is for the log. */
const ERRORS = ['not_opened', 'listener_failed', 'queue_full', 'bad_key', 'beyond_retention'];

/** Tells of a feed's reports: Catch nodes, the log, and what is for the status. */
export function tellReport(node: TtnApplicationNode, report: FeedReport): Notice | undefined {
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
    case 'lost':
      tellLost(node, report);
      return undefined;
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
        `Node.js was busy, or the machine asleep, for ${report.ms} ms; what the server may have dropped is fetched.`,
      );
      return undefined;
    case 'heard':
      node.log(`Messages come again, after ${Math.round(report.silentMs / 60_000)} min.`);
      return undefined;
  }
}

function tellLost(node: TtnApplicationNode, report: Extract<FeedReport, { kind: 'lost' }>): void {
  const { onTheRadio, whileAway, devices } = report;
  const named = (where: 'onTheRadio' | 'whileAway') =>
    devices
      .filter((device) => device[where] > 0)
      .map((device) => `${device.deviceId} ${device[where]}`)
      .join(', ');
  if (onTheRadio > 0) node.log(`Frames lost on the radio: ${onTheRadio} (${named('onTheRadio')})`);
  if (whileAway > 0) {
    node.warn(
      `Frames lost while the application was not connected: ${whileAway} (${named('whileAway')}). Storage did not have them.`,
    );
  }
}
