type NodeInstance = Parameters<typeof RED.utils.getNodeLabel>[0];

/** A node in the editor. */
export interface Placed {
  id: string;
  type: string;
  /** The tab, or the subflow. */
  z: string;
}

/**
 * The instances of subflows, outermost first, in which a node runs, for each time it does: of one in a template as often
 * as the template is used; of another once, and in none.
 */
export function instancesOf(node: Placed): string[][] {
  if (!RED.nodes.subflow(node.z)) return [[]];
  return nodesOf(`subflow:${node.z}`).flatMap((instance) =>
    instancesOf(instance).map((outer) => [...outer, instance.id]),
  );
}

/** The id by which Node-RED runs the node of a template in an instance. */
export function runningId(instances: readonly string[], id: string): string {
  return [...instances, id].join('-');
}

/** Of a node in the editor; its id where it is not there. */
export function labelOf(id: string): string {
  const node = RED.nodes.node(id) as NodeInstance | null;
  return (node && RED.utils.getNodeLabel(node)) || id;
}

/** Of an instance of a subflow; those of one name are numbered: `Site (2)`. */
export function instanceLabel(id: string): string {
  const label = labelOf(id);
  const { type } = RED.nodes.node(id) as Placed;
  const named = nodesOf(type).filter((other) => labelOf(other.id) === label);
  return named.length > 1 ? `${label} (${named.findIndex((other) => other.id === id) + 1})` : label;
}

/** Of instances within each other, and what stands in them: `North: to the lake`. */
export function pathText(labels: readonly string[]): string {
  return labels.join(': ');
}

function nodesOf(type: string): Placed[] {
  return RED.nodes.filterNodes({ type }) as Placed[];
}
