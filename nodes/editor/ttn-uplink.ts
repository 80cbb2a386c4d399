import { uplinkFilter } from '../../lib/ttn/filter';
import type { TtnUplinkDef } from '../ttn-uplink';
import { VERSION } from '../shared/version';
import { nameWidgets } from './accessible';
import { showDefaults } from './defaults';
import { saveSwitches } from './switches';
import { prepareKinds } from './ttn-uplink/kinds';
import { preparePicker } from './ttn-uplink/picker';
import { passes } from './validate';

type TtnUplink = Saved<TtnUplinkDef>;

/** A longer one would cover the node behind it. */
const LONGEST_LABEL = 20;

/** The kinds that are ticked in the dialog that is open. */
let tickedKinds: () => string[];

RED.nodes.registerType<TtnUplink>('ttn-uplink', {
  category: 'LoRaWAN',
  color: '#8FBBD9',
  defaults: {
    version: { value: VERSION },
    name: { value: '' },
    application: { value: '', type: 'ttn-application', required: true },
    kinds: { value: ['up'] },
    devices: { value: '', validate: passes((devices) => uplinkFilter({ devices })) },
    fPorts: { value: '', validate: passes((fPorts) => uplinkFilter({ fPorts })) },
    macOnly: { value: false },
    payload: { value: 'bytes', required: true },
  },
  inputs: 0,
  outputs: 1,
  icon: 'ttn-uplink.svg',
  paletteLabel: 'ttn uplink',
  label() {
    const { name, devices = '' } = this;
    return name || (devices.length <= LONGEST_LABEL && devices) || this._('ttn-uplink.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, 'ttn-uplink');
    tickedKinds = prepareKinds(this, this.kinds);
    preparePicker(this);
    nameWidgets();
  },
  oneditsave() {
    saveSwitches();
    this.kinds = tickedKinds();
  },
});
