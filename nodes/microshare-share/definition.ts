import type { NodeDef, NodeMessageInFlow } from 'node-red';
import type { Reading } from '../../lib/lpp/reading';
import type { NotAnObject } from '../../lib/microshare/body';
import type { RecordShape } from '../../lib/microshare/make';
import type { ValuesFrom } from '../../lib/microshare/names';
import type { PlaceRow } from '../../lib/microshare/places';
import type { ShareQuery } from '../../lib/microshare/read';
import type { NameRow } from '../../lib/measurements';
import type { Uplink } from '../../lib/ttn/uplink';
import type { TypedNumber, TypedSwitch } from '../shared/typed';
import type { Asked } from './actions';

/** What a record is made of and into; the preview takes the same. */
export interface RecordSettings {
  /** `jsonata`: the value of {@link RecordSettings.expression}. */
  record?: RecordShape | 'jsonata';
  /** The property of the message that is written as received. */
  property?: string;
  expression?: string;
  valuesFrom?: ValuesFrom;
  names?: NameRow[];
  places?: PlaceRow[];
  /** Of devices that have none of their own. */
  usecase?: string;
  notAnObject?: NotAnObject;
  /** Put TTN's message into the unpacked record. */
  withOrigin?: TypedSwitch;
  /** Put the device's place into the tags. */
  placeTags?: TypedSwitch;
}

/** Flows made before a field existed lack it. */
export interface MicroshareShareDef extends NodeDef, RecordSettings {
  /** Id of the `microshare-account` node. */
  account: string;
  operation?: 'write' | 'read';
  /** A template such as `io.example.{{uplink.deviceId}}`; empty: `msg.recType`. */
  recType?: string;
  /** A type of Node-RED's typed input: `str`, `msg`, `flow`, `global`, `env`, `jsonata`. */
  recTypeType?: string;
  /** The recTypes that may be written to, commas between, `*` at the end for all that begin so; empty: all. */
  allowed?: string;
  /** Tags with commas between; those of `msg.tags` follow. */
  tags?: string;

  /** When the message is done. */
  doneWhen?: 'stored' | 'written';
  /** Limits of the outbox. */
  limitMB?: TypedNumber;
  limitRecords?: TypedNumber;
  limitDays?: TypedNumber;
  whenFull?: 'refuse' | 'dropOldest';
  /** Look whether a doubtful record has arrived before it is sent again. */
  lookUp?: TypedSwitch;

  readBy?: ShareQuery['by'];
  /** Of the record that is read; empty: `msg.recordId`. */
  recordId?: string;
  sort?: string;
  perPage?: TypedNumber;
  /** Records in all. */
  maxRecords?: TypedNumber;
  /** One message for each page, or one for all. */
  messages?: 'pages' | 'one';
}

/** What this node reads and writes in a message, where the nodes before it have put it. */
export interface ShareMessage extends NodeMessageInFlow, Asked {
  recType?: unknown;
  tags?: unknown;
  uplink?: Partial<Uplink>;
  lpp?: { readings?: Reading[] };
  ttn?: unknown;
  recordId?: unknown;
  /** Asks for something else than a record to be written. */
  action?: unknown;
  microshare?: unknown;
  error?: unknown;
}
