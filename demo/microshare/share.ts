import { envelope, fullRecord, READ_BY_ID, summary } from './envelopes';
import { parseBody, refuse, splitPath, type ReceivedRequest } from './http';
import type { Lake } from './lake';
import { isListed, listPage } from './listing';
import type { StoredRecord } from './records';
import { allows, type Operation, type Token } from './tokens';

/** What a path after `/share` names. */
interface Target {
  /** Methods of the path, with what the token must allow. */
  methods: Partial<Record<string, Operation>>;
  recType: string;
  tags: string[];
  id?: string;
  /** The token of the URL form. */
  token?: string;
}

/** The share API: the body of a 200, or a refusal. `path` is what follows `/share`. */
export function answerShare(lake: Lake, request: ReceivedRequest, path: string): string {
  const { switches } = lake;
  const target = locate(path) ?? refuse(switches.unknownPath);
  const operation = target.methods[request.method];
  const allow = Object.keys(target.methods).join(', ');
  if (!operation) refuse(switches.wrongMethod, allow, { allow });
  const token = authorize(lake, request, target, operation);
  if (switches.deniedRecTypes.includes(target.recType)) refuse(switches.deniedPath);

  if (operation === 'WRITE') return write(lake, request, token, target);
  if (operation === 'DELETE') return remove(lake, token, target);
  if (switches.slashNeeded && target.id === undefined && !path.endsWith('/')) refuse(switches.missingSlash);
  const { query } = splitPath(request.path);
  return target.id === undefined ? list(lake, token, target, query) : read(lake, token, target, query);
}

function locate(path: string): Target | undefined {
  const [recType, second, ...rest] = decodeSegments(path) ?? [];
  if (!recType) return undefined;
  const collection: Target = { methods: { GET: 'READ', POST: 'WRITE' }, recType, tags: [] };
  if (second === undefined) return collection;
  if (second === 'tags') return { ...collection, tags: rest };
  const [token, ...tags] = rest;
  if (second === 'token' && token) return { methods: { POST: 'WRITE' }, recType, tags, token };
  if (token !== undefined) return undefined;
  return { methods: { GET: 'READ', DELETE: 'DELETE' }, recType, tags, id: second };
}

/** The parts of `/a/b`, one trailing slash tolerated; undefined where one is empty or badly encoded. */
function decodeSegments(path: string): string[] | undefined {
  const segments = path.replace(/\/$/, '').split('/').slice(1);
  try {
    return segments.includes('') ? undefined : segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function authorize(lake: Lake, { headers }: ReceivedRequest, target: Target, operation: Operation): Token {
  const { switches } = lake;
  const { authorization = '' } = headers;
  const bearer = /^Bearer +(.+)$/i.exec(authorization)?.[1] ?? (switches.bareToken ? authorization : '');
  const text = target.token ?? bearer;
  const challenge = { 'www-authenticate': 'Bearer' };
  if (!text) refuse(switches.missingToken, '', challenge);
  const token = lake.tokens.find(text);
  return token && allows(token, operation) ? token : refuse(switches.refusedToken, '', challenge);
}

function write(lake: Lake, request: ReceivedRequest, token: Token, { recType, tags }: Target): string {
  const { account, kind, id, ip } = token;
  const content = readBody(lake, request);
  const record: StoredRecord = {
    id: lake.newId(),
    recType,
    ...content,
    tags,
    owner: { user: account.username, org: account.org, appid: account.clientId },
    tstamp: lake.clock.now(),
    token: { kind, id, ip },
    remoteAddress: request.remoteAddress,
  };
  lake.store.add(record);
  lake.writes++;
  lake.emit('record', record);
  return envelope(lake.switches, [summary(lake.switches, record)]);
}

function readBody(
  { switches }: Lake,
  request: ReceivedRequest,
): Pick<StoredRecord, 'data' | 'name' | 'desc'> {
  if (request.body.length === 0) refuse(switches.emptyBody);
  const data = parseBody(request, switches.malformedBody);
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  if (switches.onlyObjects && !isObject) refuse(switches.malformedBody, 'Object expected');
  if (switches.nameAndDesc === 'ignored' || !isObject) return { data, name: '', desc: '' };
  const { name, desc, ...rest } = data as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { data: switches.nameAndDesc === 'moved' ? rest : data, name: text(name), desc: text(desc) };
}

function list(lake: Lake, token: Token, target: Target, query: URLSearchParams): string {
  const { paging, records } = listPage(lake, token, target, query);
  const form = query.get('details') === 'true' ? fullRecord : summary;
  const objs = records.map((record) => form(lake.switches, record));
  return envelope(lake.switches, objs, paging);
}

function read(lake: Lake, token: Token, target: Target, query: URLSearchParams): string {
  const { switches } = lake;
  const form = switches.summaryById && query.get('details') !== 'true' ? summary : fullRecord;
  return envelope(switches, [form(switches, find(lake, token, target))], READ_BY_ID);
}

function remove(lake: Lake, token: Token, target: Target): string {
  const record = find(lake, token, target);
  lake.store.remove(record);
  const { id, recType } = record;
  return envelope(lake.switches, [{ id, recType }]);
}

function find(lake: Lake, token: Token, { recType, id = '' }: Target): StoredRecord {
  const { switches } = lake;
  const record = (!switches.ingest && lake.store.find(recType, id)) || refuse(switches.missingRecord);
  const isOwn = !switches.hiddenAcrossIdentities && record.owner.user === token.account.username;
  return isOwn || isListed(lake, token, record) ? record : refuse(switches.missingRecord);
}
