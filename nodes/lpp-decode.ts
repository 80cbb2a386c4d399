import type { Node, NodeAPI } from 'node-red';
import { coded, CodedError } from '../lib/errors';
import { CalmStatus } from './lpp-decode/calm-status';
import type { LppDecodeDef } from './lpp-decode/definition';
import { messageHandler, type Handler, type Shown } from './lpp-decode/handler';
import { LastPayloads } from './lpp-decode/last-payloads';
import { faultInfo, type LppMessage } from './lpp-decode/message';
import { onInput } from './shared/input';
import { warnIfNewer } from './shared/version';

/** Turns a Cayenne LPP payload into readings, or readings into a payload. */
export default function (RED: NodeAPI): void {
  const lastPayloads = new LastPayloads(RED);

  function LppDecode(this: Node, def: LppDecodeDef): void {
    RED.nodes.createNode(this, def);
    warnIfNewer(this, def);
    const status = new CalmStatus(this);
    const show = (...[fill, key, values]: Shown) =>
      status.show(() => ({
        fill,
        shape: fill === 'green' ? 'dot' : 'ring',
        text: RED._(`lpp-decode.status.${key}`, values),
      }));

    let handle: Handler;
    try {
      handle = messageHandler(RED, def, lastPayloads.keeperOf(this));
    } catch (error) {
      show('red', (error as CodedError).code);
      onInput(this, () => {
        throw error;
      });
      return this.error(error, {});
    }

    this.status({});

    onInput(this, (msg: LppMessage, send) => {
      try {
        show(...handle(msg, send));
      } catch (error) {
        show('red', coded(error).code);
        if (def.fault !== 'output' || !(error instanceof CodedError)) throw error;
        send([null, { ...msg, error: faultInfo(error) }]);
      }
    });
  }

  RED.nodes.registerType('lpp-decode', LppDecode);
}
