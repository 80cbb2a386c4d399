import { parentPort, workerData } from 'node:worker_threads';
import { failureOf, type OutboxError } from '../errors';
import type { Report, Request, ServiceOptions } from './protocol';
import { Service } from './service';

/** The thread of one store: SQLite's calls block, and a slow disk must not block Node-RED. */
const report = (message: Report) => parentPort!.postMessage(message);
const service = new Service(workerData as ServiceOptions, (damage) => report({ damage }));
let last = Promise.resolve();

parentPort!.on('message', (request: Request) => {
  last = last.then(() => serve(request));
});

async function serve(request: Request): Promise<void> {
  try {
    report({ result: await service.serve(request) });
  } catch (error) {
    report({ failure: failureOf(error as OutboxError) });
  }
  if (request.name === 'close') parentPort!.close();
}
