import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { Reading } from '../lib/lpp/reading';
import { toJson } from '../lib/microshare/body';
import { MicroshareError } from '../lib/microshare/errors';
import { checkRecType } from '../lib/microshare/rectype';
import { unpackedRecord } from '../lib/microshare/record';
import { joinTags } from '../lib/microshare/tags';
import type { Uplink } from '../lib/ttn/uplink';
import type { MicroshareAccountNode } from './microshare-account';
import { onInput } from './shared/input';
import { readProperty } from './shared/property';
import { ShareStatus } from './shared/share-status';

interface MicroshareShareDef extends NodeDef {
  /** Id of the `microshare-account` node. */
  account: string;
  /** Empty: `msg.recType`. */
  recType?: string;
  /** A type of Node-RED's typed input: `str`, `msg`, `flow`, `global`, `env`, `jsonata`. */
  recTypeType?: string;
  /** Tags with commas between; those of `msg.tags` follow. */
  tags: string;
  /** What is written: the property as it is, or the record built from `msg.uplink` and `msg.lpp`. */
  record: 'received' | 'unpacked';
  /** The property of the message that is written as received. */
  property: string;
}

/** What this node reads in a message, where the nodes before it have put it. */
interface ShareMessage extends NodeMessageInFlow {
  recType?: unknown;
  tags?: unknown;
  uplink?: Uplink;
  lpp?: { readings?: Reading[] };
}

/** The end of the flow: writes a record to a recType of Microshare. */
export default function (RED: NodeAPI): void {
  function MicroshareShare(this: Node, def: MicroshareShareDef): void {
    RED.nodes.createNode(this, def);
    const node = this;
    const status = new ShareStatus(node, RED._);
    const accountNode = RED.nodes.getNode(def.account) as MicroshareAccountNode | null;

    const account = () => {
      if (accountNode) return accountNode.account();
      throw new MicroshareError(
        'bad_configuration',
        'No account is chosen. Open the node and choose or add one.',
      );
    };

    const recordOf = async (msg: ShareMessage) => ({
      recType: checkRecType(await recTypeOf(RED, node, def, msg)),
      tags: joinTags(def.tags, msg.tags),
      json: toJson(
        def.record === 'unpacked'
          ? unpackedRecord(msg.uplink, msg.lpp?.readings)
          : readProperty(RED, msg, def.property || 'payload'),
      ),
    });

    onInput(node, async (msg: ShareMessage, send) => {
      try {
        const writer = account();
        const writing = writer.write(`${node.id} ${msg.uplink?.deviceId ?? ''}`, () => recordOf(msg));
        status.pending(writer.pending);
        msg.microshare = await writing;
        status.written();
        send(msg);
      } catch (error) {
        status.failed(error);
        if (error instanceof MicroshareError) msg.microshare = failureOf(error);
        if (error instanceof MicroshareError && error.permanent)
          send([null, { ...msg, error: rejection(node, error) }]);
        throw error;
      }
    });

    node.on('close', () => status.stop());

    try {
      account();
      node.status({});
    } catch (error) {
      status.failed(error);
      node.error(error, {});
    }
  }

  RED.nodes.registerType('microshare-share', MicroshareShare);
}

async function recTypeOf(
  RED: NodeAPI,
  node: Node,
  def: MicroshareShareDef,
  msg: ShareMessage,
): Promise<unknown> {
  const { recType = '', recTypeType = 'str' } = def;
  if (recTypeType === 'str' && recType.trim() === '') return msg.recType;
  try {
    const value = await new Promise<unknown>((resolve, reject) => {
      RED.util.evaluateNodeProperty(recType, recTypeType, node, msg, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
    if (recTypeType === 'env' && value === '')
      throw new Error(`the environment variable ${recType} is not set`);
    return value;
  } catch (error) {
    const { message } = error as Error;
    throw new MicroshareError('bad_rectype', `The recType cannot be worked out from ${recType}: ${message}.`);
  }
}

/** What the message tells of a failed write, beside the error that Catch nodes get. */
function failureOf({ code, statusCode, responseText }: MicroshareError) {
  return { code, statusCode, responseText };
}

/** `msg.error` of the second output, in the form in which Catch nodes give it. */
function rejection(node: Node, { code, message, statusCode }: MicroshareError) {
  return { code, message, statusCode, source: { id: node.id, type: node.type, name: node.name } };
}
