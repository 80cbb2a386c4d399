import type { NodeAPI, NodeDef } from 'node-red';
import { CodedError } from '../lib/errors';
import type { Json } from '../lib/json';
import { kindGroups, uplinkFilter, type FilterConfig } from '../lib/ttn/filter';
import type { ReceivedUplink } from '../lib/ttn/message';
import { uplinkPayload, type PayloadChoice } from '../lib/ttn/payload';
import type { Uplink } from '../lib/ttn/uplink';
import { AgeStatus } from './ttn-uplink/age-status';
import { notThere } from './shared/not-there';
import { isOn, type TypedSwitch } from './shared/typed';
import { warnIfNewer } from './shared/version';
import { leftSubscribers, type Subscriber, type TtnApplicationNode } from './ttn-application/definition';

export interface TtnUplinkDef extends NodeDef, Omit<FilterConfig, 'macOnly'> {
  /** Id of the `ttn-application` node. */
  application: string;
  payload: PayloadChoice;
  macOnly?: TypedSwitch;
}

type UplinkMessage = {
  topic: string;
  payload: unknown;
  uplink: Uplink;
  /** The Things Stack's message, untouched. */
  ttn: Json;
};

/** The source node: one message for each uplink of the application that passes the filters. */
export default function (RED: NodeAPI): void {
  function TtnUplink(this: Subscriber, def: TtnUplinkDef): void {
    RED.nodes.createNode(this, def);
    warnIfNewer(this, def);
    const age = new AgeStatus(this, RED._);
    const fail = (error: CodedError) => {
      age.disconnected(error.code);
      this.error(error, {});
    };

    const tell = (error: CodedError, msg: UplinkMessage) => {
      age.fault(error.code);
      try {
        this.error(error, msg);
      } catch {
        // A Catch node gets a copy, too.
        this.error(error, { topic: msg.topic });
      }
    };

    this.onState = (state) => {
      if (state.name === 'connected') return age.connected();
      if ('error' in state) return age.disconnected(state.error.code);
      age.connecting();
    };
    this.onNotice = (notice) => {
      if (notice.name === 'unreadable') return age.fault(notice.error.code);
      age.notice(notice.name, 'count' in notice ? notice.count : undefined);
    };

    const application = RED.nodes.getNode(def.application) as TtnApplicationNode | null;
    if (!application) fail(notThere('TTN application', def.application));
    let accepts: ReturnType<typeof uplinkFilter>;
    try {
      this.kinds = kindGroups(def.kinds);
      accepts = uplinkFilter({ ...def, macOnly: isOn(def.macOnly) });
    } catch (error) {
      return fail(error as CodedError);
    }

    this.onUplink = (received, shared) => {
      if (!accepts(received.uplink)) return false;
      let msg = messageOf(received);
      try {
        if (shared) msg = RED.util.cloneMessage(msg);
        msg.payload = uplinkPayload(msg.uplink, def.payload);
        age.touch();
        this.send(msg);
        return true;
      } catch (error) {
        tell(error instanceof CodedError ? error : notHandedOn(received, error), msg);
        return false;
      }
    };

    const leave = application ? undefined : leftSubscribers.wait(def.application, this);
    this.on('close', () => {
      age.stop();
      application?.deregister(this);
      leave?.();
    });
    application?.register(this);
  }

  RED.nodes.registerType('ttn-uplink', TtnUplink);
}

/**
 * Field by field: what a literal makes V8 places among the old objects, once a flood has let many of them grow old. From
 * there each would keep all of its message from being collected for a while.
 */
function messageOf({ topic, uplink, message }: ReceivedUplink): UplinkMessage {
  const msg = {} as UplinkMessage;
  msg.topic = topic;
  msg.payload = undefined;
  msg.uplink = uplink;
  msg.ttn = message;
  return msg;
}

/** Node-RED copies what has several ways to go. A broker that got it back would only send it again. */
function notHandedOn({ uplink }: ReceivedUplink, error: unknown): CodedError {
  return new CodedError(
    'error',
    `An uplink of ${uplink.deviceId} could not be handed on to every node: ${(error as Error).message}. It does not come again; look at it in the Console: it may be nested too deep to be copied.`,
  );
}
