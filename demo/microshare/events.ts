import type { ServerResponse } from 'node:http';
import { toJson } from './json';
import type { Lake } from './lake';
import { deviceOf, type StoredRecord } from './records';

/** Records that a page gets at the start, and the most that it keeps. */
const PAGE_RECORDS = 500;
/** A page that lags by more bytes than this is cut off; it reconnects and starts anew. */
const MOST_BUFFERED = 8 * 1024 * 1024;

/** Server-sent events: `start` with the latest records, then `record` for each new one. */
export function streamRecords(lake: Lake, response: ServerResponse): void {
  const send = (event: string, value: object) => {
    if (response.writableLength > MOST_BUFFERED) response.destroy();
    else response.write(`event: ${event}\ndata: ${toJson({ total: lake.store.size, ...value })}\n\n`);
  };
  const onRecord = (record: StoredRecord) => send('record', rowOf(record));

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  send('start', { limit: PAGE_RECORDS, rows: lake.records().slice(-PAGE_RECORDS).map(rowOf) });
  lake.on('record', onRecord);
  response.on('close', () => lake.off('record', onRecord));
}

function rowOf(record: StoredRecord) {
  return { record, device: deviceOf(record) };
}
