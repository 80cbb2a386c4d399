/** Names for screen readers of what Node-RED's widgets put into a dialog; call it when they are all there. */
export function nameWidgets(): void {
  for (const widget of $('.red-ui-tray .red-ui-typedInput-container').toArray().map($) as JQuery[]) {
    // Its label points to the input that the widget hides.
    const label = labelOf(widget.prev('input'));
    widget.find('input, button').not('[aria-label]').attr('aria-label', label);
  }
  for (const [end, key] of [
    ['edit', 'editor.editConfig'],
    ['add', 'editor.addNewConfig'],
  ] as const) {
    for (const link of $(`.red-ui-tray a[id*="-input-btn-"][id$="-${end}"]`).toArray().map($) as JQuery[]) {
      const name = RED._(key, { type: labelOf(link.siblings('select')) });
      link.attr({ 'aria-label': name, role: 'button', tabindex: 0 });
      link.on('keydown', ({ key }) => key === 'Enter' && link.trigger('click'));
    }
  }
}

/** The same for the button that removes a row of an editable list. */
export function nameRemoveButton(row: JQuery): void {
  const button = row.closest('li').find('.red-ui-editableList-item-remove');
  button.attr('aria-label', RED._('editor:common.label.delete'));
}

function labelOf(input: JQuery): string {
  return $(`label[for="${input.attr('id')}"]`)
    .text()
    .trim();
}
