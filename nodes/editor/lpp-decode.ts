import { parseFPorts } from '../../lib/fports';
import type { InputFormat } from '../../lib/lpp/bytes';
import { checkChannelNames } from '../../lib/lpp/channel-names';
import { checkCustomTypes, type CustomType } from '../../lib/lpp/custom';
import { DEFAULT_DIALECT, DIALECTS, type Dialect } from '../../lib/lpp/dialects';
import type { LppDecodeDef } from '../lpp-decode/definition';
import { VERSION } from '../shared/version';
import { nameWidgets } from './accessible';
import { showDefaults } from './defaults';
import { prepareChannelNames } from './lpp-decode/channel-names';
import { prepareCustomTypes } from './lpp-decode/custom-types';
import { prepareTryPanel } from './lpp-decode/try-panel';
import { saveSwitches } from './switches';
import { prepareTabs } from './tabs';
import { passes } from './validate';
import { option } from './widgets';

type LppDecode = Saved<LppDecodeDef> & { outputs: number };

const TABS = ['payload', 'output', 'try'] as const;

/** Reads what is typed into the two lists of the dialog that is open. */
let typedTypes: () => CustomType[];
let typedNames: () => Record<string, string>;

RED.nodes.registerType<LppDecode>('lpp-decode', {
  category: 'LoRaWAN',
  color: '#8DBB8C',
  defaults: {
    version: { value: VERSION },
    name: { value: '' },
    direction: { value: 'decode' },
    property: { value: 'payload', required: true, validate: RED.validators.typedInput({ type: 'msg' }) },
    format: { value: 'auto' },
    fPorts: { value: '', validate: passes(parseFPorts) },
    dialect: { value: DEFAULT_DIALECT },
    signedVoltageCurrent: { value: false },
    twoByteHumidity: { value: false },
    packedBase: { value: '0' },
    customTypes: { value: [], validate: passes((types) => types && checkCustomTypes(types)) },
    output: { value: 'readings' },
    split: { value: false },
    booleans: { value: false },
    isoTime: { value: false },
    channelNames: { value: {}, validate: passes((names) => names && checkChannelNames(names)) },
    encodeAs: { value: 'buffer' },
    fault: { value: 'error' },
    outputs: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: 'lpp-decode.svg',
  paletteLabel: 'lpp decode',
  label() {
    return this.name || this._(`lpp-decode.labels.${this.direction || 'decode'}`);
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels(index) {
    const done = this.direction === 'encode' ? 'encoded' : 'decoded';
    return this._(index === 0 ? `lpp-decode.${done}` : 'lpp-decode.faulty');
  },
  oneditprepare() {
    const dialect = $('#node-input-dialect').append(
      DIALECTS.map((dialect) => option(dialect, this._(`lpp-decode.dialects.${dialect}`))),
    );
    dialect.val(this.dialect);
    showDefaults(this, 'lpp-decode');
    $('#node-input-property').typedInput({ default: 'msg', types: ['msg'] });
    typedTypes = prepareCustomTypes(this);
    typedNames = prepareChannelNames(this);

    const direction = $('#node-input-direction');
    const fault = $('#node-input-fault');
    const isEncode = () => direction.val() === 'encode';
    direction.on('change', () => {
      $('.lpp-decode-only').toggle(!isEncode());
      $('.lpp-encode-only').toggle(isEncode());
      fault.find('[value=keep]').prop('disabled', isEncode());
      if (isEncode() && fault.val() === 'keep') fault.val('error').trigger('change');
    });
    dialect.on('change', () => {
      // The 12 types of the format have no voltage and no current.
      $('#lpp-decode-signed').toggle(dialect.val() !== 'lpp' && dialect.val() !== 'pni');
      $('#lpp-decode-packed').toggle(dialect.val() === 'lpp2');
    });
    fault.on('change', () => {
      // A variable is no choice of the list.
      if (fault.val() !== null) $('#node-input-outputs').val(fault.val() === 'output' ? 2 : 1);
    });
    for (const select of [direction, dialect, fault]) select.trigger('change');

    const drawTry = prepareTryPanel(this, () => ({
      direction: isEncode() ? 'encode' : 'decode',
      format: String($('#node-input-format').val()) as InputFormat,
      fPorts: String($('#node-input-fPorts').val()),
      options: {
        dialect: String(dialect.val()) as Dialect,
        signedVoltageCurrent: $('#node-input-signedVoltageCurrent').is(':checked'),
        twoByteHumidity: $('#node-input-twoByteHumidity').is(':checked'),
        packedBase: $('#node-input-packedBase').val() === '1' ? 1 : 0,
        customTypes: typedTypes(),
        channelNames: typedNames(),
      },
    }));
    // What is set on the other tabs counts there.
    prepareTabs(this, 'lpp-decode', TABS, (name) => name === 'try' && drawTry());
    nameWidgets();
  },
  oneditsave() {
    saveSwitches();
    this.customTypes = typedTypes();
    this.channelNames = typedNames();
  },
});
