import type { Lake } from '../../../demo/microshare/lake';

export interface Call {
  method?: string;
  token?: string;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

/** One request below the API's base; POST where there is a body. */
export async function call(lake: Lake, path: string, options: Call = {}): Promise<Reply> {
  const { token, body, headers, signal, method = body === undefined ? 'GET' : 'POST' } = options;
  const response = await fetch(lake.apiUrl + path, {
    method,
    redirect: 'manual',
    signal,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export interface Envelope {
  meta: Record<string, unknown>;
  objs: Record<string, unknown>[];
}

export async function envelopeOf(lake: Lake, path: string, options?: Call): Promise<Envelope> {
  const { text } = await call(lake, path, options);
  return JSON.parse(text) as Envelope;
}
