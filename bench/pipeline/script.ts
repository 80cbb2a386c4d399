/** A process: the bare script that the package is measured against. It retries nothing and keeps nothing. */
import { connectAsync } from 'mqtt';
import { Pool } from 'undici';
import { record } from './by-hand';
import { serve } from './remote';
import type { Surroundings } from './systems';
import { TOPICS } from './uplinks';

const CONNECTIONS = 384;

async function start({ brokerUrl, apiUrl, recType, token }: Surroundings): Promise<void> {
  const pool = new Pool(apiUrl, { connections: CONNECTIONS });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const client = await connectAsync(brokerUrl);
  client.on('message', (_topic, payload) => {
    const message = JSON.parse(payload.toString()) as Parameters<typeof record>[0];
    pool
      .request({ method: 'POST', path: `/share/${recType}`, headers, body: JSON.stringify(record(message)) })
      .then(({ body }) => body.dump())
      .catch(console.error);
  });
  await client.subscribeAsync(TOPICS);
}

const calls = { start, usage: () => ({ ...process.resourceUsage(), rss: process.memoryUsage.rss() }) };
export type ScriptCalls = typeof calls;

serve(calls);
