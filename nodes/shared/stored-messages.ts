import { EventEmitter } from 'node:events';

/** What tells of which uplink, and of which part of it, a message is. */
export interface StoredMessage {
  uplink?: { key?: unknown };
  parts?: unknown;
}

/** Tells of messages whose records are stored, and whose node is done with them only when these are written. */
export const storedMessages = new EventEmitter<{ stored: [StoredMessage] }>();
// One for each application.
storedMessages.setMaxListeners(0);
