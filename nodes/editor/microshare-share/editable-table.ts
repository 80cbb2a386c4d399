import { nameRemoveButton } from '../accessible';

/** One column of a table that a person edits. */
export interface Column<Row> {
  field: keyof Row & string;
  /** A text, or a switch. */
  kind?: 'text' | 'check';
}

/**
 * An editable table; rows without anything in them do not count. The first column is there in each row.
 * @param keyOf prefix of the columns' names in the catalogue
 * @returns reads what is typed in
 */
export function editableTable<Row extends object>(
  node: EditorNode<object>,
  list: JQuery,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  keyOf: string,
): () => Row[] {
  list.editableList<Partial<Row>>({
    addButton: true,
    removable: true,
    sortable: true,
    height: 'auto',
    addItem: (container, _index, row) => {
      const inputs = columns.map((column) => input(node, column, row[column.field], keyOf));
      $('<div class="microshare-share-row">').append(inputs).appendTo(container);
      nameRemoveButton(container);
    },
  });
  list.editableList('addItems', [...rows]);
  const items = () => list.editableList('items').toArray().map($) as JQuery[];
  const addButton = list.closest('.red-ui-editableList').find('.red-ui-editableList-addButton');
  addButton.on('click', () => items().at(-1)?.find('input').first().trigger('focus'));
  list.on('paste', 'input[type=text]', ({ currentTarget, originalEvent }) => {
    const cells = cellsOf((originalEvent as ClipboardEvent).clipboardData?.getData('text/plain') ?? '');
    if (!cells) return;
    originalEvent?.preventDefault();
    const input = $(currentTarget as HTMLElement);
    const firstColumn = columns.findIndex(({ field }) => field === input.data('field'));
    const firstRow = items().findIndex((item) => item.has(input[0]!).length > 0);
    while (items().length < firstRow + cells.length) list.editableList('addItem', {});
    items()
      .slice(firstRow)
      .forEach((item, row) => fill(item, columns.slice(firstColumn), cells[row] ?? []));
  });
  return () => items().flatMap((item) => read(item, columns));
}

function input<Row>(
  node: EditorNode<object>,
  { field, kind }: Column<Row>,
  value: unknown,
  keyOf: string,
): JQuery {
  const label = node._(`${keyOf}.${field}`);
  if (kind === 'check') {
    const box = $(`<input type="checkbox" data-field="${field}">`).prop('checked', value === true);
    return $('<label>').append(box, document.createTextNode(label));
  }
  return $(`<input type="text" data-field="${field}" autocomplete="off">`)
    .attr({ placeholder: label, 'aria-label': label })
    .addClass(`microshare-share-${field}`)
    .val(typeof value === 'string' ? value : '');
}

/** A cell behind its tab or line break; one that holds such stands in quotes, with its own quotes doubled. */
const CELL = /(^|\t|\n)(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\n]*))/g;

/** What a spreadsheet has copied: tabs between the cells, each row in a line; undefined where it is one cell only. */
function cellsOf(text: string): string[][] | undefined {
  const rows: string[][] = [];
  for (const [, before, quoted, plain = ''] of text.matchAll(CELL)) {
    if (before !== '\t') rows.push([]);
    const cell = quoted?.replaceAll('""', '"') ?? plain;
    rows.at(-1)!.push(cell.replace(/\s+/g, ' ').trim());
  }
  // Who copies empty rows with the others does not mean to clear what stands below.
  while (rows.at(-1)?.every((cell) => cell === '')) rows.pop();
  return rows.flat().length > 1 ? rows : undefined;
}

/** As spreadsheets of the editor's languages write it. */
const TICKED = /^(true|yes|wahr|ja|vrai|oui|x|1)$/i;

function fill<Row>(item: JQuery, columns: readonly Column<Row>[], cells: readonly string[]): void {
  columns.slice(0, cells.length).forEach(({ field, kind }, index) => {
    const input = item.find(`[data-field=${field}]`);
    if (kind === 'check') input.prop('checked', TICKED.test(cells[index]!));
    else input.val(cells[index]!);
  });
}

function read<Row extends object>(item: JQuery, columns: readonly Column<Row>[]): Row[] {
  const fields = columns.flatMap(({ field, kind }, column) => {
    const typed = item.find(`[data-field=${field}]`);
    const value = kind === 'check' ? typed.is(':checked') : String(typed.val()).trim();
    // An empty name means something: it leaves the field out.
    return value === false || (value === '' && field !== 'name' && column > 0)
      ? []
      : [[field, value] as const];
  });
  const row = Object.fromEntries(fields) as Row;
  const isEmpty = fields.every(([, value]) => value === '');
  return isEmpty ? [] : [row];
}
