import { join } from 'node:path';
import type { NodeAPI } from 'node-red';

/**
 * Where nodes keep what must outlive Node-RED: `TTN_MICROSHARE_STATE_DIR`, else `ttn-microshare` in the user directory.
 * Undefined where there is neither.
 */
export function stateDirectory(RED: NodeAPI): string | undefined {
  const { userDir } = RED.settings as { userDir?: string };
  return process.env.TTN_MICROSHARE_STATE_DIR?.trim() || (userDir && join(userDir, 'ttn-microshare'));
}

/** The folder in which every outbox has one of its own, named after its node and account; undefined as above. */
export function outboxesDirectory(RED: NodeAPI): string | undefined {
  const directory = stateDirectory(RED);
  return directory && join(directory, 'outbox');
}
