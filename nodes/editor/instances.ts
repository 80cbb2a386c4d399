type NodeInstance = Parameters<typeof RED.utils.getNodeLabel>[0];

/** A node in the editor. */
export interface Placed {
  id: string;
  /** The tab, or the subflow. */
  z: string;
}

/**
 * The instances of subflows, outermost first, in which a node runs, for each time it does: of one in a template as often
 * as the template is used; of another once, and in none.
 */
export function instancesOf(node: Placed): string[][] {
  if (!RED.nodes.subflow(node.z)) return [[]];
  const instances = RED.nodes.filterNodes({ type: `subflow:${node.z}` }) as Placed[];
  return instances.flatMap((instance) => instancesOf(instance).map((outer) => [...outer, instance.id]));
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

/** Of instances within each other, and what stands in them: `North: to the lake`. */
export function pathText(labels: readonly string[]): string {
  return labels.join(': ');
}
