/** What a record went through that could not be written. */
export interface Trouble {
  failures: number;
  /** Failures while others were written, which make the record itself suspect. */
  ownFailures: number;
  /** Failures in a row that may be the record's own, while no other was written. */
  alone: number;
  /** How often another record of its lane was sent in its place. */
  scouts: number;
  /** How many others had been written, and had failed, at the last failure. */
  written: number;
  failed: number;
  /** When the last failure came, where it was a hold. */
  heldAt: number | undefined;
  /** Holds in a row since others were sent and written after one: what is refused is this record, not all of them. */
  ownHolds: number;
}

export interface FailureContext {
  /** Records written, and attempts failed, so far. */
  written: number;
  failed: number;
  /** The other side says that it is down. */
  serviceDown: boolean;
  /** It may be the fault of the record: what was sent did arrive. */
  mayBeOwn: boolean;
  /** The other side holds: the time of now. */
  heldAt: number | undefined;
  /** When that record was sent which was written last. */
  writtenSentAt: number;
  /** The attempt was a probe: the pauses of the line are long enough. */
  probe: boolean;
}

/** Notes one more failure of a record. */
export function troubled(before: Trouble | undefined, context: FailureContext): Trouble {
  const { written, failed, serviceDown, mayBeOwn, probe, heldAt, writtenSentAt } = context;
  const { failures = 0, ownFailures = 0, alone = 0, scouts = 0, ownHolds = 0 } = before ?? {};
  const isOwnHold = ownHolds > 0 || writtenSentAt > (before?.heldAt ?? Infinity);
  const othersWritten = before ? written - before.written : 0;
  const othersFailed = before ? failed - before.failed - 1 : 0;
  // A service that is down for most is the one at fault.
  const isOwn = othersWritten > (serviceDown ? othersFailed : 0);
  // After one other was written: what never arrived says nothing of the record.
  const own = isOwn && (scouts === 0 || mayBeOwn);
  return {
    failures: probe && failures > 0 ? failures : failures + 1,
    ownFailures: own ? ownFailures + 1 : ownFailures,
    alone: othersWritten > 0 ? 0 : mayBeOwn ? alone + 1 : alone,
    scouts,
    written,
    failed,
    heldAt,
    ownHolds: heldAt !== undefined && isOwnHold ? ownHolds + 1 : 0,
  };
}
