import { DeliveryTab } from './delivery/tab';
import { text } from './delivery/text';

const ID = 'ttn-microshare-delivery';
const ACTION = 'ttn-microshare:show-delivery-tab';

RED.plugins.registerPlugin(ID, {
  onadd() {
    // The package was removed, which Node-RED tells no plugin, and installed again since the page was loaded.
    if (RED.sidebar.containsTab(ID)) {
      RED.sidebar.removeTab(ID);
      RED.actions.remove(ACTION);
    }
    RED.sidebar.addTab({
      id: ID,
      label: text('label'),
      name: text('name'),
      iconClass: 'fa fa-truck',
      content: new DeliveryTab().element,
      action: ACTION,
      enableOnEdit: true,
    });
    RED.actions.add(ACTION, () => RED.sidebar.show(ID));
  },
});
