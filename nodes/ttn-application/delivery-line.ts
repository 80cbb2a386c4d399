import type { Node } from 'node-red';
import type { FeedStats } from '../../lib/ttn/feed';
import type { ApplicationLine, LineState } from '../shared/delivery-board';
import type { DeviceLog } from './device-log';
import { aliasOf } from '../shared/instances';
import type { ApplicationState, TtnApplicationDef } from './definition';

/** What the line tells of a feed. */
export interface FeedFigures {
  stats(): FeedStats;
  devices: DeviceLog;
  /** Nobody can tell which frames are lost. */
  shared: boolean;
}

/**
 * What the sidebar tab shows of an application.
 * @param feed undefined: no node uses the application
 */
export function applicationLine(
  node: Node,
  { name, applicationId }: Pick<TtnApplicationDef, 'name' | 'applicationId'>,
  state: ApplicationState,
  feed: FeedFigures | undefined,
): ApplicationLine {
  const stats = feed?.stats();
  return {
    id: node.id,
    ...aliasOf(node),
    name: name || applicationId || '',
    state: feed || 'error' in state ? stateOf(state) : { name: 'unused' },
    ...(stats?.newest && { lastUplinkAt: stats.newest.getTime() }),
    received: stats?.received ?? 0,
    recovered: stats?.recovered ?? 0,
    ...(!feed?.shared && {
      lostOnTheRadio: stats?.lostOnTheRadio ?? 0,
      lostWhileAway: stats?.lostWhileAway ?? 0,
    }),
    queued: stats?.queued ?? 0,
    devices: feed?.devices.all() ?? [],
  };
}

function stateOf(state: ApplicationState): LineState {
  if ('error' in state) return { name: state.name, code: state.error.code, detail: state.error.message };
  const { name, detail } = { detail: undefined, ...state };
  return { name, ...(detail !== undefined && { detail }) };
}
