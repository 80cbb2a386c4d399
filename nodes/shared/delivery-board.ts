import { Instances } from './instances';

export interface LineState {
  /** What the sidebar tab has a word for. */
  name: string;
  code?: string;
  /** In words for a person. */
  detail?: string;
  /** When it is tried again. */
  nextTryAt?: number;
}

/** What the sidebar tab shows of a node. Times are Unix times in ms. */
export interface Line {
  id: string;
  /** Of a node in a subflow: the one in the template, which the editor knows. */
  alias?: string;
  name: string;
  state: LineState;
}

/** Of a node that writes. */
export interface ShareLine extends Line {
  /** Absent as long as the outbox is not open. */
  figures?: ShareFigures;
}

export interface ShareFigures {
  /** Records that wait. */
  queued: number;
  /** When the oldest of them was added. */
  oldestAt?: number;
  rejected: number;
  /** Records written in each minute of the last hour, the current one last. */
  writtenByMinute: number[];
  /** From when on they were counted. */
  countedSince: number;
  lastWrittenAt?: number;
  /** Of those written since then: an earlier attempt may have written them, too. */
  possibleDuplicates: number;
  /** Records that the outbox did not take since then. */
  refused: number;
  lastError?: { code: string; message: string; at: number };
}

export interface HeardDevice {
  deviceId: string;
  /** When its last uplink was received. */
  at: number;
  fCnt?: number;
}

/** Of an application; counts are since the start. */
export interface ApplicationLine extends Line {
  lastUplinkAt?: number;
  received: number;
  recovered: number;
  /** Absent where others get a part of the messages. */
  lostOnTheRadio?: number;
  lostWhileAway?: number;
  queued: number;
  devices: HeardDevice[];
}

/** The nodes that run: each gives its line of the sidebar tab. */
export const deliveryBoard = {
  shares: new Instances<() => Promise<ShareLine>>(),
  applications: new Instances<() => ApplicationLine>(),
};
