import type { NodeAPI } from 'node-red';

/** Who wants to know how deploys go. */
export interface DeployWatcher {
  /**
   * A deploy begins.
   * @param closes nodes are about to close
   */
  stopping?(closes: boolean): void;
  /** Those of a deploy are closed, and others are about to start: which may take as long as npm takes. */
  closed?(): void;
  /** All nodes stand. */
  started(): void;
  /** Types or modules are missing: Node-RED starts nothing, and leaves running what it has not closed. */
  refused(): void;
  /** The flows are stopped, and not for a deploy. */
  ended?(): void;
}

interface Stopping {
  type: 'full' | 'flows' | 'nodes';
  /** Ids. */
  diff: Partial<Record<'changed' | 'removed' | 'rewired' | 'linked' | 'flowChanged', string[]>>;
}

interface RuntimeEvent {
  id: string;
  payload?: { state?: string; deploy?: boolean; error?: string };
}

/** @returns ends it */
export function watchDeploys({ events, nodes }: NodeAPI, watcher: DeployWatcher): () => void {
  const listeners = {
    'flows:stopping': (stopping: Stopping) => watcher.stopping?.(closesNodes(nodes, stopping)),
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

/** As Node-RED works it out. Of a tab, or of a subflow, that has changed only the nodes in it count. */
function closesNodes(nodes: NodeAPI['nodes'], { type, diff }: Stopping): boolean {
  const { changed = [], removed = [], rewired = [], linked = [], flowChanged = [] } = diff;
  if (type === 'full' || flowChanged.length > 0) return true;
  const containers = new Set<string>();
  nodes.eachNode(({ id, type }) => {
    if (type === 'tab' || type === 'subflow') containers.add(id);
  });
  const wired = type === 'flows' ? [...rewired, ...linked] : [];
  return [...changed, ...removed, ...wired].some((id) => !containers.has(id));
}
