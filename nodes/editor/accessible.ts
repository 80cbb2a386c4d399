/** Names for screen readers of what Node-RED's widgets put into a dialog; call it when they are all there. */
export function nameWidgets(): void {
  for (const widget of $('.red-ui-tray .red-ui-typedInput-container').toArray().map($) as JQuery[]) {
    // Its label points to the input that the widget hides.
    const label = idOfLabel(widget.prev('input'));
    widget.find('input, button').not('[aria-label]').attr('aria-labelledby', label);
  }
  for (const [end, key] of [
    ['edit', 'editor.configEdit'],
    ['add', 'editor.configAdd'],
  ] as const) {
    for (const link of $(`.red-ui-tray a[id*="-input-btn-"][id$="-${end}"]`).toArray().map($) as JQuery[]) {
      link.attr({ 'aria-label': RED._(key), role: 'button', tabindex: 0 });
      link.attr('aria-labelledby', `${link.attr('id')} ${idOfLabel(link.siblings('select'))}`);
      pressByKeys(link, () => void link.trigger('click'));
    }
  }
}

/** Lets a link be pressed by the keys that press a button, and leaves the others alone. */
export function pressByKeys(link: JQuery, press: () => void): void {
  link.on('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    press();
  });
}

/** Names the button that removes a row of an editable list. */
export function nameRemoveButton(row: JQuery): void {
  const button = row.closest('li').find('.red-ui-editableList-item-remove');
  button.attr('aria-label', RED._('editor:common.label.delete'));
}

/** Labels get their texts later. */
function idOfLabel(input: JQuery): string {
  const id = `label-of-${input.attr('id')}`;
  $(`label[for="${input.attr('id')}"]`).attr('id', id);
  return id;
}
