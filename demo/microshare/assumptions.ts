import type { Answer } from './http';

/**
 * `third party`: somebody else's code or observation; `inferred`: concluded from documents, captures or
 * akka-http's defaults; `not confirmed`: no proof.
 */
type Certainty = 'third party' | 'inferred' | 'not confirmed';

interface Assumption<T> {
  default: T;
  certainty: Certainty;
  about: string;
  choices?: readonly T[];
}

/** The first choice is the default. */
const choice = <T>(certainty: Certainty, choices: readonly [T, ...T[]], about: string): Assumption<T> => ({
  default: choices[0],
  certainty,
  about,
  choices,
});

const flag = (certainty: Certainty, about: string) => choice<boolean>(certainty, [false, true], about);

const answer = (status: number, certainty: Certainty, body: string): Assumption<Answer> => ({
  default: { status, body },
  certainty,
  about: 'Status and text of this refusal.',
});

/** Each behaviour of the stand-in that no capture proves, under the name of the switch that changes it. */
export const ASSUMPTIONS = {
  generation: choice<'2020' | '2017'>('inferred', ['2020', '2017'], 'Form of the JSON. Both were captured.'),
  tokenFormat: choice<'hex' | 'jwt'>('third party', ['hex', 'jwt'], 'Text of new tokens.'),
  expiresIn: flag('not confirmed', 'A password login answers with expires_in, in seconds.'),
  refreshToken: flag('not confirmed', 'A password login answers with refresh_token; that grant works.'),
  bareToken: flag('not confirmed', 'The Authorization header may lack "Bearer ".'),
  writeOnlyNeverExpires: flag('not confirmed', 'A password token of scope SHARE:WRITE never expires.'),

  onlyObjects: flag('not confirmed', 'A body other than a JSON object is refused.'),
  nameAndDesc: choice<'copied' | 'ignored' | 'moved'>(
    'not confirmed',
    ['copied', 'ignored', 'moved'],
    'Texts name and desc at the top of a body: copied to the record, ignored, or moved out of data.',
  ),
  checksumInBytes: flag('not confirmed', 'The length in a checksum counts bytes, not characters.'),
  bodyLimit: { default: 8 * 1024 * 1024, certainty: 'inferred', about: 'Largest body, in bytes.' },
  uriLimit: { default: 2048, certainty: 'inferred', about: 'Longest path with query, in characters.' },
  deniedRecTypes: { default: [] as string[], certainty: 'third party', about: 'recTypes no rule grants.' },

  ingest: flag('third party', 'This is an ingest host: what is written here cannot be read.'),
  slashNeeded: flag('third party', 'A read of a recType without a trailing slash is refused.'),
  ascendingOnly: flag('third party', 'A list knows no descending sort: the minus is ignored.'),
  newestFirst: flag('not confirmed', 'A list without sort begins with the newest record.'),
  filterBeforePage: flag('inferred', 'A list drops the records of others before, not after the page is cut.'),
  totalCountCapped: flag('inferred', 'totalCount never exceeds perPage.'),
  ownRecordsOnly: flag('third party', 'Others of the organisation do not see a user’s records.'),
  hiddenAcrossIdentities: flag('third party', 'Own records of another identity are not found by id either.'),
  latestOfAll: flag('not confirmed', 'tags/latest is the newest record of all, seen only by its owner.'),
  summaryById: flag('not confirmed', 'GET by id without details answers with the summary.'),

  wrongLogin: answer(401, 'not confirmed', 'The supplied authentication is invalid'),
  unknownGrant: answer(400, 'not confirmed', 'Unsupported grant_type'),
  missingToken: answer(
    401,
    'inferred',
    'The resource requires authentication, which was not supplied with the request',
  ),
  refusedToken: answer(401, 'inferred', 'The supplied authentication is invalid'),
  deniedPath: answer(403, 'third party', 'Access to this path is denied'),
  missingSlash: answer(403, 'third party', '403 Forbidden - Missing trailing slash'),
  unknownPath: answer(404, 'inferred', 'The requested resource could not be found.'),
  missingRecord: answer(
    404,
    'third party',
    'io.microshare.utils.NotFoundException: Record not found or inaccessible.',
  ),
  /** The allowed methods follow. */
  wrongMethod: answer(405, 'inferred', 'HTTP method not allowed, supported methods: '),
  /** The parser's message follows. */
  malformedBody: answer(400, 'inferred', 'The request content was malformed:\n'),
  emptyBody: answer(400, 'inferred', 'Request entity expected but not supplied'),
  largeBody: answer(413, 'inferred', 'The request content was malformed:\nEntityStreamSizeException'),
  longUri: answer(414, 'inferred', 'URI length exceeds the configured limit'),
} satisfies Record<string, Assumption<unknown>>;

type Assumptions = typeof ASSUMPTIONS;
export type Switches = { [Name in keyof Assumptions]: Assumptions[Name]['default'] };

export function defaultSwitches(): Switches {
  const values = Object.entries(ASSUMPTIONS).map(([name, assumption]) => [name, assumption.default]);
  return structuredClone(Object.fromEntries(values)) as Switches;
}

/** What is assumed too, with nothing to switch. */
const WITHOUT_SWITCH: { certainty: Certainty; about: string }[] = [
  { certainty: 'not confirmed', about: 'since, limit and filter[...] of a list are ignored.' },
  { certainty: 'not confirmed', about: 'A page or perPage that is no positive number means its default.' },
  { certainty: 'not confirmed', about: 'There is no PUT on /share, and no GET without a recType.' },
  { certainty: 'not confirmed', about: 'A token in the URL counts before one in the header.' },
  { certainty: 'inferred', about: 'A 401 comes with WWW-Authenticate.' },
];

/** Sets switches by name; throws on an unknown name or a value of another kind. */
export function setSwitches(switches: Switches, changes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changes)) {
    const known: Partial<Record<string, Assumption<unknown>>> = ASSUMPTIONS;
    const { choices, default: usual } = known[name] ?? {};
    if (choices ? !choices.includes(value) : typeof value !== typeof usual)
      throw new TypeError(`There is no switch "${name}" that can be ${JSON.stringify(value)}.`);
    Object.assign(switches, { [name]: value });
  }
}

export function describeAssumptions(switches: Switches) {
  const switchable = Object.entries(ASSUMPTIONS).map(([name, assumption]) => ({
    name,
    value: switches[name as keyof Switches],
    ...assumption,
  }));
  return [...switchable, ...WITHOUT_SWITCH];
}
