import { checkRecType } from '../../lib/microshare/rectype';
import { joinTags } from '../../lib/microshare/tags';
import { passes } from './validate';

interface MicroshareShare {
  version: number;
  name: string;
  account: string;
  recType: string;
  recTypeType: string;
  tags: string;
  record: 'received' | 'unpacked';
  property: string;
}

RED.nodes.registerType<MicroshareShare>('microshare-share', {
  category: 'LoRaWAN',
  color: '#E2B07A',
  defaults: {
    version: { value: 1 },
    name: { value: '' },
    account: { value: '', type: 'microshare-account', required: true },
    recType: { value: '', validate: passes(checkTyped) },
    recTypeType: { value: 'str' },
    tags: { value: '', validate: passes((tags) => joinTags(tags)) },
    record: { value: 'received' },
    property: { value: 'payload' },
  },
  inputs: 1,
  outputs: 2,
  icon: 'microshare-share.svg',
  align: 'right',
  paletteLabel: 'microshare share',
  label() {
    return this.name || (this.recTypeType === 'str' && this.recType) || this._('microshare-share.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels(index) {
    return this._(index === 0 ? 'microshare-share.written' : 'microshare-share.rejected');
  },
  oneditprepare() {
    $('#node-input-recType').typedInput({
      default: 'str',
      types: ['str', 'msg', 'flow', 'global', 'env', 'jsonata'],
      typeField: '#node-input-recTypeType',
    });
    $('#node-input-property').typedInput({ default: 'msg', types: ['msg'] });
    const record = $('#node-input-record');
    record.on('change', () => $('#microshare-share-property').toggle(record.val() === 'received'));
    record.trigger('change');
  },
});

/** The recType that is typed in; of what is worked out later, that there is something to work it out from. */
function checkTyped(value: string, node: EditorNode<MicroshareShare>): void {
  const type = $('#node-input-recTypeType').val() ?? node.recTypeType;
  if (type === 'str' && value !== '') checkRecType(value);
  if (type !== 'str' && value === '') checkRecType(undefined);
}
