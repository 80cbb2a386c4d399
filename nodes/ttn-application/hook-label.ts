let count = 0;

/** A label of one's own for Node-RED's hooks, by which they are removed. */
export function hookLabel(): string {
  return `ttn-microshare-${++count}`;
}
