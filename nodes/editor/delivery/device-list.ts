import type { ReportedApplication } from '../../delivery/report';
import { ageText } from '../language';
import { table } from '../widgets';
import { setText } from './cards';
import { text } from './text';

/** The devices that were heard. A row stays as long as its device does, with what is selected in it. */
export class DeviceList {
  readonly #note = $('<p>');
  readonly #table = table([text('device'), text('fCnt'), text('silentFor')], []).addClass(
    'ttn-microshare-devices',
  );
  readonly element = $('<div>').append(this.#table, this.#note);
  #rows = new Map<string, JQuery>();

  update({ devices, found }: ReportedApplication, now: number): void {
    const isPart = found > devices.length;
    setText(this.#note, isPart ? text('shown', { shown: devices.length, found }) : text('noDevice'));
    this.#note.toggle(isPart || found === 0);
    this.#table.toggle(found > 0);
    const rows = new Map(
      devices.map(({ deviceId: id }) => [
        id,
        this.#rows.get(id) ?? $('<tr><td></td><td></td><td></td></tr>'),
      ]),
    );
    for (const [id, row] of this.#rows) if (!rows.has(id)) row.remove();
    this.#rows = rows;
    const body = this.#table.find('tbody')[0]!;
    for (const [index, { deviceId, at, fCnt }] of devices.entries()) {
      const row = rows.get(deviceId)!;
      // What is moved loses the selection: only the rows that stand elsewhere.
      if (body.children[index] !== row[0]) body.insertBefore(row[0]!, body.children[index] ?? null);
      const cells = [deviceId, `${fCnt ?? ''}`, text('ago', { age: ageText(now - at) })];
      for (const [column, cell] of cells.entries()) setText(row.children().eq(column), cell);
    }
  }
}
