/** A choice of a `<select>`. */
export function option(value: string | number, label = String(value)): JQuery {
  return $('<option>').val(value).text(label);
}

/** A tick box, for a text behind it. */
export function tickBox(isTicked: boolean): JQuery {
  const box = $('<input type="checkbox">').prop('checked', isTicked);
  // In a dialog Node-RED gives each input most of the width.
  return box.css({ width: 'auto', margin: '0 6px 0 0', verticalAlign: 'middle' });
}

/** The id of the config node that is chosen in a field; empty: none, for which the editor has a value of its own. */
export function chosenConfigNode(field: JQuery): string {
  const chosen = String(field.val() ?? '');
  return chosen === '_ADD_' ? '' : chosen;
}

/** @param rows cells: texts, or elements */
export function table(heads: string[], rows: (string | JQuery)[][]): JQuery {
  const line = (tag: 'td' | 'th scope="col"', cells: (string | JQuery)[]) =>
    $('<tr>').append(
      cells.map((cell) =>
        $(`<${tag}>`).append(typeof cell === 'string' ? document.createTextNode(cell) : cell),
      ),
    );
  return $('<table class="microshare-share-table">').append(
    $('<thead>').append(line('th scope="col"', heads)),
    $('<tbody>').append(rows.map((cells) => line('td', cells))),
  );
}
