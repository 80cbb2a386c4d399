import type { Node, NodeAPI } from 'node-red';
import { recTypeWarnings } from '../../lib/microshare/rectype';
import type { MicroshareShareDef, ShareMessage } from './definition';
import { recTypes } from './rec-type';
import { recordMaker } from './record';

const MOST_SHOWN = 20;

export interface Preview {
  /** No message has come since the node was deployed. */
  noMessage?: true;
  recType?: string;
  /** Why there is none. */
  problem?: string;
  count: number;
  /** The first of them. */
  records: unknown[];
  warnings: string[];
}

/** What a node with these settings would write of a message. */
export async function preview(
  RED: NodeAPI,
  node: Node,
  settings: MicroshareShareDef,
  msg: ShareMessage | undefined,
): Promise<Preview> {
  if (!msg) return { noMessage: true, count: 0, records: [], warnings: [] };
  const records = await recordMaker(RED, node, settings)(msg);
  const { recType, problem } = await recTypes(RED, node, settings)
    .of(msg)
    .then(
      (recType) => ({ recType, problem: undefined }),
      (error: Error) => ({ recType: undefined, problem: error.message }),
    );
  const warnings = new Set([
    ...records.flatMap((record) => record.warnings),
    ...(recType === undefined ? [] : recTypeWarnings(recType)),
  ]);
  return {
    recType,
    problem,
    count: records.length,
    records: records.slice(0, MOST_SHOWN).map(({ json }) => JSON.parse(json) as unknown),
    warnings: [...warnings],
  };
}
