import { request, type HttpAnswer, type HttpRequest } from '../../http';
import { parseObject, type Json } from '../../json';
import { withoutBearer } from '../../secrets';
import type { TlsOptions } from '../../tls';
import { explainAnswer, TtnApiError, type Purpose } from './errors';
import { identityBaseUrls, readBaseUrl } from './hosts';

export interface TtnApiOptions {
  /** Such as `https://eu1.cloud.thethings.network/api/v3`, with or without `/api/v3`. */
  baseUrl: string;
  /** `app` or `app@tenant`; the tenant is in the host's name. */
  applicationId: string;
  apiKey: string;
  tls?: TlsOptions;
}

export interface ApiCall extends Pick<Purpose, 'right' | 'storage'> {
  method?: HttpRequest['method'];
  /** Below the base URL. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: Json;
  accept?: string;
  /** Answered by the identity server, which may be another host. */
  identity?: boolean;
  /** Of the body: what no error may repeat. */
  secrets?: string[];
  signal?: AbortSignal;
}

/** Calls of The Things Stack's HTTP API for one application with one key. */
export class ApiCaller {
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly #apiKey: string;
  readonly #options: TtnApiOptions;

  /** @throws TtnError `bad_configuration`: the base URL cannot be read */
  constructor(options: TtnApiOptions) {
    this.#options = options;
    this.baseUrl = readBaseUrl(options.baseUrl);
    this.applicationId = options.applicationId.replace(/@.*/, '').trim();
    this.#apiKey = withoutBearer(options.apiKey);
  }

  /** `applications/<id>` and what follows, for paths. */
  application(rest = ''): string {
    return `applications/${encodeURIComponent(this.applicationId)}${rest}`;
  }

  /**
   * The answer, with a status of 2xx.
   * @throws TtnApiError, HttpError
   */
  async send(
    call: ApiCall,
    limits: Pick<HttpRequest, 'maxBytes' | 'keepPart' | 'timeoutMs'> = {},
  ): Promise<HttpAnswer> {
    const bases = call.identity ? identityBaseUrls(this.baseUrl) : [this.baseUrl];
    const failures: unknown[] = [];
    for (const base of bases) {
      try {
        return await this.#sendTo(base, call, limits);
      } catch (error) {
        failures.push(error);
      }
    }
    // Of a host that has no identity server one learns less than of the one that has.
    throw (
      failures.find((error) => error instanceof TtnApiError && error.code === 'missing_right') ?? failures[0]
    );
  }

  /**
   * The answer's JSON object.
   * @throws TtnApiError, HttpError
   */
  async json(call: ApiCall): Promise<{ json: Json; headers: Record<string, string> }> {
    const { text, status, headers } = await this.send(call);
    const json = parseObject(text);
    if (!json) throw notTheApi(this.baseUrl, status);
    return { json, headers };
  }

  async #sendTo(base: string, call: ApiCall, limits: Partial<HttpRequest>): Promise<HttpAnswer> {
    const { method = 'GET', path, query = {}, body, accept = 'application/json', signal } = call;
    const { tls } = this.#options;
    const parameters = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = parameters.length > 0 ? `?${new URLSearchParams(parameters).toString()}` : '';
    const answer = await request({
      method,
      url: `${base}/${path}${search}`,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        accept,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal,
      tls,
      ...limits,
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    const purpose = { ...call, server: new URL(base).host, applicationId: this.applicationId };
    throw explainAnswer(answer, purpose, [this.#apiKey, ...(call.secrets ?? [])]);
  }
}

export function notTheApi(baseUrl: string, statusCode: number): TtnApiError {
  return new TtnApiError(
    'bad_answer',
    `${new URL(baseUrl).host} answered with something else than The Things Stack's HTTP API does. Check the address, and proxies on the way.`,
    { statusCode },
  );
}
