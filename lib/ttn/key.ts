import { createHash } from 'node:crypto';
import type { Uplink } from './uplink';

/**
 * The key that identifies an uplink for ever, the same by whichever way it came.
 *
 * Session and frame counter alone do not: an ABP device with reset counters starts again at 0 in the same
 * session. The Network Server's time of reception is set once a frame and travels in the message; it is cut to
 * milliseconds, because a database on the way may round it. Simulated uplinks and very old messages lack it:
 * `fallback` (the Application Server's time) and the bytes stand in.
 */
export function uplinkKey(
  uplink: Pick<
    Uplink,
    'kind' | 'applicationId' | 'deviceId' | 'sessionKeyId' | 'fCnt' | 'receivedAt' | 'fPort' | 'bytes'
  >,
  networkTime: string | undefined,
): string {
  const reception = networkTime
    ? [Date.parse(networkTime)]
    : [uplink.receivedAt ?? '', uplink.fPort, uplink.bytes.toString('hex')];
  const parts = [
    'v1',
    uplink.kind,
    uplink.applicationId,
    uplink.deviceId,
    uplink.sessionKeyId ?? '-',
    uplink.fCnt,
    ...reception,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
