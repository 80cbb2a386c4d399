import { nameRemoveButton } from '../accessible';
import { findProblems } from './problems';

interface CheckedList<Entry> {
  /** The `<ol>` that the rows come into. */
  list: JQuery;
  entries: readonly Entry[];
  /** Puts the inputs into a row. */
  draw: (row: JQuery, entry?: Entry) => void;
  /** What is typed into a row; undefined where nothing is. */
  read: (row: JQuery) => Entry | undefined;
  /** Throws an Error that says what is wrong. */
  check: (entries: Entry[]) => unknown;
}

/**
 * An editable list that says at each row what is wrong with it, while it is typed in.
 * @returns reads what is typed in
 */
export function checkedList<Entry>({ list, entries, draw, read, check }: CheckedList<Entry>): () => Entry[] {
  const problem = () => $('<div class="lpp-decode-problem" role="status">');
  const ofWhole = problem();
  const rows = () => list.editableList('items').toArray().map($) as JQuery[];
  const readAll = () => rows().map(read);
  const checkAll = () => {
    const problems = findProblems(readAll(), check);
    rows().forEach((row, index) => row.find('.lpp-decode-problem').text(problems.entries[index] ?? ''));
    ofWhole.text(problems.whole ?? '');
  };

  list.editableList<{ entry?: Entry }>({
    addButton: true,
    removable: true,
    height: 'auto',
    addItem: (row, _index, { entry }) => {
      draw(row, entry);
      row.append(problem());
      nameRemoveButton(row);
    },
    removeItem: checkAll,
  });
  list.editableList(
    'addItems',
    entries.map((entry) => ({ entry })),
  );
  list.closest('.red-ui-editableList').after(ofWhole).on('input change', checkAll);
  checkAll();
  return () => readAll().filter((entry): entry is Entry => entry !== undefined);
}
