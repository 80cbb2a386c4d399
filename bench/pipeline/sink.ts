/** A process: answers every POST as Microshare answers a write to `/share/{recType}`, and notes what came when. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from './remote';
import { nowMs, numberOf } from './uplinks';

let delayMs = 0;
let arrived = 0;
let sockets = 0;
let mostSockets = 0;
/** By number of the uplink. */
let arrivals = new Map<number, number[]>();

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    note(Buffer.concat(chunks).toString());
    if (delayMs === 0) answer(request, response);
    else setTimeout(() => answer(request, response), delayMs);
  });
});

server.on('connection', (socket) => {
  mostSockets = Math.max(mostSockets, ++sockets);
  socket.on('close', () => sockets--);
});

function note(record: string): void {
  const number = numberOf(record);
  const times = arrivals.get(number);
  if (times) times.push(nowMs());
  else arrivals.set(number, [nowMs()]);
  arrived++;
}

function answer({ url }: IncomingMessage, response: ServerResponse): void {
  const [, , recType = ''] = url!.split('/');
  const id = arrived.toString(16).padStart(24, '0');
  const body = JSON.stringify({
    meta: { currentCount: 1, currentPage: 1, perPage: 0, source: 'db', totalCount: 1, totalPages: 0 },
    objs: [
      {
        id,
        name: '',
        owner: 'bench',
        recType,
        tstamp: new Date().toISOString(),
        url: `/share/${recType}/${id}`,
      },
    ],
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const calls = {
  async start(): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  /** Forgets what came, and answers after so long from now on. */
  begin(answerAfterMs: number): void {
    delayMs = answerAfterMs;
    mostSockets = sockets;
    arrivals = new Map();
  },
  /** Since the start. */
  arrived: () => arrived,
  report: () => ({ arrivals, mostSockets }),
};
export type SinkCalls = typeof calls;

serve(calls);
