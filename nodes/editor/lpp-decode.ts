import { parseFPorts } from '../../lib/fports';
import { checkCustomTypes } from '../../lib/lpp/custom';
import { passes } from './validate';

interface LppDecode {
  version: number;
  name: string;
  property: string;
  format: string;
  fPorts: string;
  dialect: string;
  signedVoltageCurrent: boolean;
  twoByteHumidity: boolean;
  packedBase: string;
  customTypes: string;
  output: string;
  split: boolean;
  booleans: boolean;
  isoTime: boolean;
  channelNames: Record<string, string>;
  fault: string;
  outputs: number;
}

RED.nodes.registerType<LppDecode>('lpp-decode', {
  category: 'LoRaWAN',
  color: '#8DBB8C',
  defaults: {
    version: { value: 1 },
    name: { value: '' },
    property: { value: 'payload', required: true, validate: RED.validators.typedInput({ type: 'msg' }) },
    format: { value: 'auto' },
    fPorts: { value: '', validate: passes(parseFPorts) },
    dialect: { value: 'extended' },
    signedVoltageCurrent: { value: false },
    twoByteHumidity: { value: false },
    packedBase: { value: '1' },
    customTypes: { value: '', validate: passes((json) => json && checkCustomTypes(JSON.parse(json))) },
    output: { value: 'readings' },
    split: { value: false },
    booleans: { value: false },
    isoTime: { value: false },
    channelNames: { value: {} },
    fault: { value: 'error' },
    outputs: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: 'lpp-decode.svg',
  paletteLabel: 'lpp decode',
  label() {
    return this.name || this._('lpp-decode.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels(index) {
    return this._(index === 0 ? 'lpp-decode.decoded' : 'lpp-decode.faulty');
  },
  oneditprepare() {
    const tabs = RED.tabs.create({
      id: 'lpp-decode-tabs',
      onchange: ({ id }) => {
        for (const name of ['payload', 'output']) {
          $(`#lpp-decode-tab-${name}`).toggle(id === `lpp-decode-tab-${name}`);
        }
      },
    });
    for (const name of ['payload', 'output']) {
      tabs.addTab({ id: `lpp-decode-tab-${name}`, label: this._(`lpp-decode.tabs.${name}`) });
    }
    $('#node-input-property').typedInput({ default: 'msg', types: ['msg'] });
    $('#node-input-customTypes').typedInput({ default: 'json', types: ['json'] });

    const dialect = $('#node-input-dialect');
    dialect.on('change', () => {
      // The 12 types of the format have no voltage and no current.
      $('#lpp-decode-signed').toggle(dialect.val() !== 'lpp' && dialect.val() !== 'pni');
      $('#lpp-decode-packed').toggle(dialect.val() === 'lpp2');
    });
    dialect.trigger('change');

    const fault = $('#node-input-fault');
    fault.on('change', () => $('#node-input-outputs').val(fault.val() === 'output' ? 2 : 1));
    fault.trigger('change');

    const names = $('#node-input-channelNames-list');
    names.editableList({
      addButton: true,
      removable: true,
      addItem: (row, _index, item: [string, string] | object) =>
        addName(this, row, Array.isArray(item) ? (item as string[]) : []),
    });
    names.editableList('addItems', Object.entries(this.channelNames ?? {}));
  },
  oneditsave() {
    const rows = $('#node-input-channelNames-list').editableList('items');
    const entries = rows.toArray().map((row) => {
      const [channel, name] = $(row).find('input').toArray();
      return [String($(channel!).val()).trim(), String($(name!).val()).trim()];
    });
    this.channelNames = Object.fromEntries(entries.filter(([channel]) => channel !== '')) as Record<
      string,
      string
    >;
  },
});

function addName(node: EditorNode<LppDecode>, row: JQuery, [channel = '', name = '']: string[]): void {
  const channelInput = $('<input type="number" min="0" max="255" style="width: 90px; margin-right: 8px">');
  const nameInput = $('<input type="text" style="width: calc(100% - 110px)">');
  channelInput.attr('placeholder', node._('lpp-decode.channel')).val(channel).appendTo(row);
  nameInput.attr('placeholder', node._('lpp-decode.channelName')).val(name).appendTo(row);
}
