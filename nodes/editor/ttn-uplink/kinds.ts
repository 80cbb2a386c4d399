import { KIND_GROUPS } from '../../../lib/ttn/kinds';
import { tickBox } from '../widgets';

/**
 * A tick for each kind of message.
 * @returns reads them back; uplinks where nothing is ticked
 */
export function prepareKinds(node: EditorNode<object>, chosen: readonly string[] = []): () => string[] {
  const ticked = chosen.length > 0 ? chosen : ['up'];
  const boxes = KIND_GROUPS.map((group) => {
    const box = tickBox(ticked.includes(group)).val(group);
    const text = $('<span>').text(node._(`ttn-uplink.groups.${group}`));
    $('#ttn-uplink-kinds').append($('<label style="display: block; width: auto">').append(box, text));
    return box;
  });
  return () => {
    const read = boxes.filter((box) => box.is(':checked')).map((box) => String(box.val()));
    return read.length > 0 ? read : ['up'];
  };
}
