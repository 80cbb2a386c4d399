import { pressByKeys } from './accessible';

/**
 * The pages of a dialog, each with its tab; texts and elements are named after the node's type.
 * @param onShow called with the page that is shown, also with the first
 * @returns what to call when a tab was hidden or shown
 */
export function prepareTabs<Name extends string>(
  node: EditorNode<object>,
  type: string,
  names: readonly Name[],
  onShow?: (name: Name) => void,
): () => void {
  const idOf = (name: Name) => `${type}-tab-${name}`;
  const tabOf = (name: Name) => list.find(`a[href="#${idOf(name)}"]`);
  const list = $(`#${type}-tabs`).attr('role', 'tablist');
  const tabs = RED.tabs.create({
    id: `${type}-tabs`,
    onchange: ({ id }) => {
      for (const name of names) {
        const isShown = id === idOf(name);
        $(`#${idOf(name)}`).toggle(isShown);
        tabOf(name).attr('aria-selected', String(isShown));
        if (isShown) onShow?.(name);
      }
    },
  });
  for (const name of names) {
    const label = node._(`${type}.tabs.${name}`);
    tabs.addTab({ id: idOf(name), label });
    tabOf(name).attr({ role: 'tab', 'aria-controls': idOf(name) });
    // Node-RED's list of tabs opens them by a mouse only, and would catch who comes there by the Tab key.
    pressByKeys(tabOf(name), () => tabs.activateTab(idOf(name)));
    tabOf(name).on('keydown', (event) => {
      if (event.key === 'Tab') event.stopPropagation();
    });
    tabOf(name).parent().attr('role', 'presentation');
    $(`#${idOf(name)}`).attr({ role: 'tabpanel', 'aria-label': label });
  }
  return () => tabs.resize();
}
