import { describeAssumptions, setSwitches, type Switches } from './assumptions';
import { FAULT_KINDS, type Fault } from './faults';
import { refuse, splitPath, type ReceivedRequest } from './http';
import { parseJson, toJson } from './json';
import type { IssueOptions, Lake } from './lake';

export const CONTROL_PATH = '/__standin';

/** What the controls take: some of these, as JSON. */
type ControlBody = Partial<Switches> & Fault & IssueOptions & { advance: number; token: string };

type Control = (lake: Lake, body: ControlBody, query: URLSearchParams) => unknown;

/** The controls of `Lake` over HTTP. Bodies and answers are JSON. */
const CONTROLS: Record<string, Control> = {
  'GET /': () => [...Object.keys(CONTROLS), 'GET /events'],
  'GET /assumptions': ({ switches }) => describeAssumptions(switches),
  'PATCH /assumptions': ({ switches }, changes) => setSwitches(switches, changes),
  'GET /clock': ({ clock }) => ({ now: clock.now() }),
  'POST /clock': ({ clock }, { advance }) => clock.advance(advance),
  'GET /counts': ({ store, writes, logins, refusedLogins }) => ({
    records: store.size,
    writes,
    logins,
    refusedLogins,
  }),
  'GET /records': (lake, _, query) => lake.records(query.get('recType') ?? undefined),
  'GET /requests': ({ requests }) => requests.map((one) => ({ ...one, body: one.body.toString('base64') })),
  'POST /tokens': (lake, wish) => ({ token: lake.issueToken(wish) }),
  'DELETE /tokens': (lake, { token }) => ({ revoked: lake.revoke(token) }),
  'GET /faults': () => FAULT_KINDS,
  'POST /faults': (lake, faults) => lake.fail(faults),
  'DELETE /faults': (lake) => lake.heal(),
};

export function answerControl(lake: Lake, request: ReceivedRequest): string {
  const { pathname, query } = splitPath(request.path);
  const name = `${request.method} ${pathname.slice(CONTROL_PATH.length) || '/'}`;
  const control = CONTROLS[name] ?? refuse({ status: 404, body: `No control "${name}".` });
  try {
    const body = parseJson(request.body.toString() || '{}') as ControlBody;
    return toJson(control(lake, body, query) ?? {});
  } catch (error) {
    refuse({ status: 400, body: (error as Error).message });
  }
}
