/** A text of the tab's catalogue. */
export function text(key: string, values?: Record<string, string | number>): string {
  return RED._(`@ttn-microshare/node-red/delivery:delivery.${key}`, values);
}
