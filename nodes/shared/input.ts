import type { Node, NodeMessageInFlow } from 'node-red';

export type Send = (msg: NodeMessageInFlow | (NodeMessageInFlow | null)[]) => void;

/**
 * Gives a node its input handler. `done` is called exactly once, with the error if there is one; nothing the handler
 * throws or rejects with escapes, because one unhandled rejection ends the whole of Node-RED.
 */
export function onInput(
  node: Node,
  handle: (msg: NodeMessageInFlow, send: Send) => void | Promise<void>,
): void {
  // Three parameters: Node-RED counts them.
  node.on('input', (msg, send, done) => {
    const end = (error?: Error) => {
      try {
        done(error);
      } catch (cause) {
        const about = error ? `. It was to hear of: ${error.message}` : '';
        node.warn(`A Complete or Catch node failed: ${textOf(cause)}${about}`);
      }
    };
    const fail = (error: unknown) => end(error instanceof Error ? error : new Error(textOf(error)));
    try {
      const handled = handle(msg, send);
      if (handled) handled.then(() => end(), fail);
      else end();
    } catch (error) {
      fail(error);
    }
  });
}

/** Anything can be thrown, also what has no text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'what was thrown has no text';
  }
}
