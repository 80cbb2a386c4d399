interface LppDecode {
  version: number;
  name: string;
  property: string;
  format: string;
  dialect: string;
  signedVoltageCurrent: boolean;
  output: string;
}

RED.nodes.registerType<LppDecode>('lpp-decode', {
  category: 'LoRaWAN',
  color: '#8DBB8C',
  defaults: {
    version: { value: 1 },
    name: { value: '' },
    property: { value: 'payload', required: true, validate: RED.validators.typedInput({ type: 'msg' }) },
    format: { value: 'auto' },
    dialect: { value: 'extended' },
    signedVoltageCurrent: { value: false },
    output: { value: 'readings' },
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
  oneditprepare() {
    $('#node-input-property').typedInput({ default: 'msg', types: ['msg'] });
    const dialect = $('#node-input-dialect');
    // The 12 types of the format have no voltage and no current.
    dialect.on('change', () => $('#lpp-decode-signed').toggle(dialect.val() !== 'lpp'));
    dialect.trigger('change');
  },
});
