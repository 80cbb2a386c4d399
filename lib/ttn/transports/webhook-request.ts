import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { object } from '../../json';

/** An answer other than "taken". */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** @throws Refusal 405 */
export function checkMethod({ method }: IncomingMessage): void {
  if (method === 'POST') return;
  const text = 'This is the end of a webhook of The Things Stack: it takes POST only.';
  throw new Refusal(405, text, { Allow: 'POST' });
}

/**
 * Looks for the secret in `Authorization: Bearer <secret>`, and in the header of that name.
 * @throws Refusal 401
 */
export function checkSecret({ headers }: IncomingMessage, secret: string, headerName = ''): void {
  const bearer = headers.authorization?.match(/^Bearer +(.+)$/i)?.[1];
  const values = [bearer, headers[headerName.toLowerCase()]].filter((value) => typeof value === 'string');
  // Node.js takes a header for latin1; The Things Stack, written in Go, sends UTF-8.
  const given = values.flatMap((value) => [Buffer.from(value, 'latin1').toString(), value]);
  if (given.some((value) => isSame(value, secret))) return;
  const header = headerName ? `${headerName}: <secret>` : 'Authorization: Bearer <secret>';
  const text = `The shared secret is missing or wrong. Give the webhook the header "${header}".`;
  throw new Refusal(401, text, { 'WWW-Authenticate': 'Bearer' });
}

/**
 * Reads a message of The Things Network as it came.
 * @throws Refusal 415, 413, 400
 */
export async function readMessage(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  checkContent(request);
  const body = await readBody(request, maxBytes);
  checkMessage(body);
  return body;
}

function checkContent({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? 'application/json';
  if (!/^application\/([\w.+-]+\+)?json *(;|$)/i.test(type)) {
    throw new Refusal(415, `The content type is ${type}. Choose the format JSON in the webhook.`);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Refusal(415, `The content encoding ${encoding} is not understood.`);
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // Where a middleware of the user's was there before, it has read the body.
  const source: Iterable<Buffer> | AsyncIterable<Buffer> = request.readableEnded
    ? [parsedBody(request)]
    : request.iterator({ destroyOnReturn: false });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Refusal(413, `The body is longer than ${maxBytes} bytes.`);
  }
  return Buffer.concat(chunks);
}

function parsedBody({ body }: IncomingMessage & { body?: unknown }): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
}

function checkMessage(body: Buffer): void {
  let message: unknown;
  try {
    message = JSON.parse(body.toString());
  } catch (error) {
    throw new Refusal(400, `The body is not JSON: ${(error as Error).message}.`);
  }
  const { end_device_ids, dev_id } = object(message) ?? {};
  if (end_device_ids === undefined && dev_id === undefined) {
    throw new Refusal(
      400,
      'The body has neither end_device_ids nor dev_id: it is no message of The Things Network.',
    );
  }
}

/** Takes the same time whatever is given: hashes of equal length are compared to their end. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given), digest(secret));
}
