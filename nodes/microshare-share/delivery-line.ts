import { setTimeout as sleep } from 'node:timers/promises';
import type { Node } from 'node-red';
import { coded } from '../../lib/errors';
import { needsChange } from '../../lib/microshare/policy';
import type { OutboxStats } from '../../lib/outbox';
import type { LineState, ShareFigures, ShareLine } from '../shared/delivery-board';
import { aliasOf } from '../shared/instances';
import type { ShareWriter } from './writer';

/** An outbox that opens, or whose disk hangs, does not keep the others from being shown. */
const ANSWER_MS = 500;

/** What the sidebar tab shows of a node that writes. */
export async function shareLine(
  node: Node,
  writer: Pick<ShareWriter, 'stats' | 'fault' | 'holds'>,
): Promise<ShareLine> {
  const { id, name = '' } = node;
  const line = { id, name, ...aliasOf(node) };
  try {
    const stats = await Promise.race([writer.stats(), sleep(ANSWER_MS, undefined, { ref: false })]);
    if (!stats) return { ...line, state: { name: 'opening' } };
    return { ...line, state: faultOf(writer) ?? stateOf(stats), figures: figuresOf(stats) };
  } catch (error) {
    return { ...line, state: { name: 'closed', ...told(error) } };
  }
}

function faultOf({ fault, holds }: Pick<ShareWriter, 'fault' | 'holds'>): LineState | undefined {
  if (fault === undefined) return undefined;
  const why = told(fault);
  return { name: holds && why.code === 'bad_rectype' ? 'held' : 'invalid', ...why };
}

function told(error: unknown): { code: string; detail: string } {
  const { code, message } = coded(error);
  return { code, detail: message };
}

function stateOf({ state, store, refusing }: OutboxStats): LineState {
  // What holds everything is mostly why there is no room.
  if (refusing && state.name !== 'held') {
    return { name: 'refusing', code: refusing.code, detail: refusing.message };
  }
  // That all others are written is not what matters then.
  if (state.name === 'idle' && store.rejected > 0) return { name: 'rejected' };
  if (!('until' in state)) return { name: state.name };
  const { name, code, message: detail, until } = state;
  return { name, code, detail, ...(!needsChange(code) && { nextTryAt: until }) };
}

function figuresOf(stats: OutboxStats): ShareFigures {
  const { store, writtenByMinute, since, last, possibleDuplicates, refused, lastError } = stats;
  return {
    queued: store.records,
    ...(store.oldestAt !== undefined && { oldestAt: store.oldestAt }),
    rejected: store.rejected,
    writtenByMinute,
    countedSince: since,
    ...(last && { lastWrittenAt: last.at }),
    possibleDuplicates,
    refused: Object.values(refused).reduce((all, count) => all + count, 0),
    ...(lastError && { lastError }),
  };
}
