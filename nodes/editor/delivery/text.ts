/** A text of the tab's catalogue. */
export function text(key: string, values?: Record<string, string | number>): string {
  return RED._(`@ttn-microshare/node-red/delivery:delivery.${key}`, values);
}

/** As text: Node-RED makes HTML of a string, and a value in the message may come from a flow of somebody else. */
export function notifyError({ message }: Error): void {
  RED.notify($('<p>').text(message), 'error');
}
