import { unsetVariable } from '../../lib/variables';
import { isOn, type TypedSwitch } from '../shared/typed';

const WRITTEN = 'data-written';

/** Shows a switch. A box cannot hold a text, such as `${NAME}`: it stays as it is until a person sets the box. */
export function showSwitch(box: JQuery, value: TypedSwitch): void {
  box.prop('checked', isOn(value));
  if (typeof value !== 'string') return;
  box.prop('indeterminate', unsetVariable(value) !== undefined).attr({ [WRITTEN]: value, title: value });
  // Node-RED itself triggers a change when the dialog is opened.
  box.on('input', () => box.removeAttr(WRITTEN).removeAttr('title'));
}

/** As it will be saved. */
export function switchValue(box: JQuery): TypedSwitch {
  return box.attr(WRITTEN) ?? box.is(':checked');
}

/** Lets Node-RED save the texts that were not touched. The dialog is closed then. */
export function saveSwitches(): void {
  for (const box of $(`.red-ui-tray [${WRITTEN}]`).toArray()) {
    $(box).attr('type', 'hidden').val($(box).attr(WRITTEN)!);
  }
}
