import { checkChannelNames } from '../../../lib/lpp/channel-names';
import { checkedList } from './checked-list';
import { toChannelNames, type TypedName } from './rows';

/** @returns reads the names that are typed in */
export function prepareChannelNames(
  node: EditorNode<{ channelNames?: Record<string, string> }>,
): () => Record<string, string> {
  const input = (field: string, value: string) => {
    const label = node._(`lpp-decode.${field}`);
    return $('<input type="text">')
      .attr({ placeholder: label, 'aria-label': label })
      .addClass(`lpp-decode-${field}`)
      .val(value);
  };
  const read = checkedList<TypedName>({
    list: $('#lpp-decode-channel-names'),
    entries: Object.entries(node.channelNames ?? {}),
    draw: (row, [channel, name] = ['', '']) =>
      $('<div class="lpp-decode-row">')
        .append(input('channel', channel), input('channelName', name))
        .appendTo(row),
    read: (row) => {
      const [channel, name] = row
        .find('input')
        .toArray()
        .map(({ value }) => value.trim()) as TypedName;
      return channel || name ? [channel, name] : undefined;
    },
    check: (entries) => checkChannelNames(toChannelNames(entries)),
  });
  return () => toChannelNames(read());
}
