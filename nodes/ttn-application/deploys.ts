import type { NodeAPI } from 'node-red';

/** Who wants to know how deploys go. */
export interface DeployWatcher {
  /**
   * Nodes are about to close.
   * @param touched ids of the nodes that the deploy changes, and of those that are wired to them
   */
  stopping?(touched: ReadonlySet<string>): void;
  /** Those of a deploy are closed, and others are about to start: which may take as long as npm takes. */
  closed?(): void;
  /** All nodes stand. */
  started(): void;
  /** Types or modules are missing: Node-RED starts nothing, and leaves running what it has not closed. */
  refused(): void;
  /** The flows are stopped, and not for a deploy. */
  ended?(): void;
}

type Diff = Partial<Record<'changed' | 'removed' | 'rewired' | 'linked', string[]>>;

interface RuntimeEvent {
  id: string;
  payload?: { state?: string; deploy?: boolean; error?: string };
}

/** @returns ends it */
export function watchDeploys(events: NodeAPI['events'], watcher: DeployWatcher): () => void {
  const listeners = {
    'flows:stopping': ({ diff }: { diff: Diff }) => {
      const { changed = [], removed = [], rewired = [], linked = [] } = diff;
      watcher.stopping?.(new Set([...changed, ...removed, ...rewired, ...linked]));
    },
    'flows:started': () => watcher.started(),
    'runtime-event': ({ id, payload }: RuntimeEvent) => {
      if (id !== 'runtime-state' || payload?.state !== 'stop') return;
      if (payload.error) watcher.refused();
      else if (payload.deploy) watcher.closed?.();
      else watcher.ended?.();
    },
  };
  for (const [name, listener] of Object.entries(listeners)) events.on(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) events.off(name, listener);
  };
}
