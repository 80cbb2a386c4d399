import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DIALECTS } from '../../lib/lpp/dialects';
import type { LppEncodeErrorCode, LppFaultCode, LppInputError } from '../../lib/lpp/errors';
import type { MicroshareErrorCode } from '../../lib/microshare/errors';
import { DECODED_NAMES } from '../../lib/microshare/names';
import { TREATMENTS } from '../../lib/microshare/policy';
import type { OutboxErrorCode } from '../../lib/outbox/errors';
import type { TtnErrorCode } from '../../lib/ttn/errors';
import lppDecode from '../../nodes/locales/en-US/lpp-decode.json';
import microshareShare from '../../nodes/locales/en-US/microshare-share.json';
import ttnUplink from '../../nodes/locales/en-US/ttn-uplink.json';

const ROOT = join(__dirname, '../..');
const LOCALES = join(ROOT, 'nodes/locales');
const ENGLISH = 'en-US';
const LANGUAGES = readdirSync(LOCALES);

const filesOf = (language: string) => readdirSync(join(LOCALES, language)).sort();
const namesOf = (ending: string) =>
  filesOf(ENGLISH)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
const CATALOGUES = namesOf('.json');
const HELPS = namesOf('.html');

/** The texts of a catalogue by key, such as `lpp-decode.try.bytes`. */
function textsOf(language: string, name: string): Map<string, string> {
  const walk = (value: unknown, key: string): [string, string][] =>
    typeof value === 'string'
      ? [[key, value]]
      : Object.entries(value as object).flatMap(([part, inner]) =>
          walk(inner, key ? `${key}.${part}` : part),
        );
  return new Map(walk(JSON.parse(read(`nodes/locales/${language}/${name}.json`)), ''));
}

const helpOf = (language: string, name: string) => read(`nodes/locales/${language}/${name}.html`);

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The TypeScript of a file, or of all files in a folder. */
function scriptsOf(path: string): string {
  if (statSync(join(ROOT, path)).isFile()) return read(path);
  const files = readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(path, file)))
    .join('\n');
}

/** What a pattern finds: its group, or all of it. */
const allOf = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([whole, group = whole]) => group);
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
const placeholdersOf = (text: string) => allOf(text, /__(\w+?)__/g).sort();

describe('the languages of the editor', () => {
  it('are English, German and French', () => {
    assert.deepEqual(LANGUAGES.sort(), ['de', ENGLISH, 'fr']);
  });

  for (const language of LANGUAGES) {
    describe(language, () => {
      it('has all files', () => assert.deepEqual(filesOf(language), filesOf(ENGLISH)));

      for (const name of CATALOGUES) {
        it(`has every text of ${name}, with the same placeholders`, () => {
          const texts = textsOf(language, name);
          const english = textsOf(ENGLISH, name);
          assert.deepEqual([...texts.keys()], [...english.keys()]);
          for (const [key, text] of texts) {
            assert.ok(text.trim(), key);
            assert.deepEqual(placeholdersOf(text), placeholdersOf(english.get(key)!), key);
          }
        });
      }

      it('has no status of 20 characters or more', () => {
        const shown = Object.keys(STATUSES).flatMap((name) => statusesOf(language, name));
        assert.deepEqual(
          shown.filter((text) => text.length >= 20),
          [],
        );
      });

      it('says of which fields a unit is assumed', () => {
        const help = helpOf(language, 'microshare-share');
        for (const { field, unit } of DECODED_NAMES.filter((row) => row.unit)) {
          assert.match(help, new RegExp(`${unit}\\s+(\`\\w+\`,\\s+)*\`${field}\``), field);
        }
      });

      for (const name of HELPS) {
        it(`has the help of ${name} in the same form`, () => {
          assert.deepEqual(formOf(helpOf(language, name)), formOf(helpOf(ENGLISH, name)));
        });

        it(`has no line in the help of ${name} that Node-RED takes for another thing`, () => {
          for (const line of helpOf(language, name).split('\n')) {
            if (line.startsWith(':')) assert.match(line, /^: \w+ \([^:()]+\) : [^:]+$/);
            // What stands between such colons would be a property, and what is before them would be lost.
            else assert.doesNotMatch(line, /[*`)]:[^:]+\([^:]+\).*?:/);
          }
        });

        it(`has every field and button of ${name} in the help`, () => {
          const help = helpOf(language, name).replace(/`[^`]*`/g, '');
          const terms = allOf(help, /\*{1,2}([^*]+)\*{1,2}/g).map(plain);
          const texts = textsOf(language, name);
          for (const key of labelsOf(name).filter((one) => !UNEXPLAINED.includes(one))) {
            const label = plain(texts.get(key)!);
            assert.ok(
              terms.some((term) => label.startsWith(term)),
              label,
            );
          }
        });

        it(`has every choice of ${name} in the help`, () => {
          const help = plain(helpOf(language, name).replace(/[*`]/g, ''));
          const texts = textsOf(language, name);
          const choices = choicesOf(name).map((key) => plain(texts.get(key)!.replace(/ ?(:| \().*/, '')));
          assert.deepEqual(
            choices.filter((choice) => !help.includes(choice)),
            [],
          );
        });

        it(`explains nothing that ${name} does not have`, () => {
          const texts = [...textsOf(language, name).values()].map(plain);
          for (const term of allOf(helpOf(language, name), /^ *- \*\*([^*]+)\*\*/gm).map(plain)) {
            assert.ok(
              texts.some((text) => text.startsWith(term)),
              term,
            );
          }
        });
      }
    });
  }
});

/** A status for every code of an error; the compiler checks it. */
const STATUSES = {
  'lpp-decode': lppDecode['lpp-decode'].status satisfies Record<
    LppFaultCode | LppEncodeErrorCode | LppInputError['code'],
    string
  >,
  'microshare-share': microshareShare['microshare-share'].status satisfies Record<
    MicroshareErrorCode | OutboxErrorCode,
    string
  >,
  'ttn-uplink': ttnUplink['ttn-uplink'].status satisfies Record<TtnErrorCode, string>,
};

/** The longest that usually stand for the placeholders. */
const VALUES = {
  count: '1.2K',
  time: '14:02',
  id: 'a1b2c3',
  name: 'fourteen.chars',
  statusCode: '503',
  fPort: '223',
};

/** The statuses of a catalogue, as long as they become. */
function statusesOf(language: string, name: string): string[] {
  const texts = textsOf(language, name);
  const statuses = [...texts].filter(([key]) => key.startsWith(`${name}.status.`)).map(([, text]) => text);
  const retried = Object.keys(TREATMENTS).filter(
    (code) => TREATMENTS[code as MicroshareErrorCode] === 'retry',
  );
  const reasons = retried.map(
    (code) => texts.get(`${name}.status.${code}`)?.replace(' __statusCode__', '') ?? '',
  );
  const reason = reasons.reduce((longest, text) => (text.length > longest.length ? text : longest));
  const values: Record<string, string> = { ...VALUES, reason, age: name === 'ttn-uplink' ? '59' : '59 min' };
  return statuses.map((text) => text.replace(/__(\w+)__/g, (_, placeholder: string) => values[placeholder]!));
}

/** What a help text is made of, whatever its language. */
function formOf(help: string): object {
  return {
    headings: allOf(help, /^(#+) /gm),
    items: allOf(help, /^( *(?:-|\d\.)) /gm),
    rows: allOf(help, /^(\|.*)/gm).map((row) => count(row, /\|/g)),
    properties: allOf(help, /^: (\w+ \(.+?\)) :/gm),
    examples: allOf(help, /\n\n((?: {4}.*\n)+)/g),
    terms: count(help, /\*\*[^*]+\*\*/g),
    code: allOf(help, /`([^`]+)`/g).sort(),
    links: allOf(help, /\]\((.+?)\)/g),
  };
}

const plain = (text: string) => text.replace(/\s+/g, ' ').replace(/\.$/, '').toLowerCase();

/** Fields and buttons that say all themselves. */
const UNEXPLAINED = [
  ...HELPS.map((name) => `${name}.name`),
  'lpp-decode.try.payload',
  ...['copy', 'direct.plan', 'direct.set'].map((key) => `ttn-application.${key}`),
];

/** The keys of what names a field or a button of a dialog. */
function labelsOf(name: string): string[] {
  const page = read(`nodes/${name}.html`);
  return ['label', 'button', 'summary'].flatMap((tag) =>
    allOf(page, new RegExp(`<${tag}\\b(?:(?!</${tag}>).)*?data-i18n="([^"[]+)"`, 'gs')),
  );
}

/** The keys of what can be chosen in the selects of a dialog. */
function choicesOf(name: string): string[] {
  const onPage = allOf(read(`nodes/${name}.html`), /<option\b[^>]*data-i18n="([^"]+)"/g);
  const dialects = DIALECTS.map((dialect) => `lpp-decode.dialects.${dialect}`);
  return name === 'lpp-decode' ? [...onPage, ...dialects] : onPage;
}

describe('the texts of the editor', () => {
  /** Scripts with a function that knows the beginning of a key. */
  const SHORTENED: [prefix: string, path: string, call: string][] = [
    ['delivery.', 'nodes/editor/delivery', 'text'],
    ['delivery.', 'nodes/editor/delivery.ts', 'text'],
    ['delivery.', 'nodes/editor/ask.ts', 'translated'],
    ['lpp-decode.try.', 'nodes/editor/lpp-decode/try-panel.ts', 'translate'],
    ['lpp-decode.try.', 'nodes/editor/lpp-decode/frame-view.ts', 'translate'],
    ['microshare-account.test.', 'nodes/editor/microshare-account', 'translate'],
    ['microshare-share.preview.', 'nodes/editor/microshare-share/preview-panel.ts', 'text'],
    ['microshare-share.rejected.', 'nodes/editor/rejected-records.ts', 'text'],
    ['microshare-share.verify.', 'nodes/editor/microshare-share/verify-panel.ts', 'text'],
    ['ttn-application.', 'nodes/editor/ttn-application', 'translate'],
    ['ttn-uplink.pick.', 'nodes/editor/ttn-uplink/picker.ts', 'say'],
  ];

  /** Keys that end in a value: what they begin with, and where the values stand. */
  const COMPUTED: [prefix: string, ...paths: string[]][] = [
    ['delivery.figures.', 'nodes/editor/delivery/words.ts'],
    ['delivery.orders.', 'nodes/editor/delivery/tab.ts'],
    ['delivery.states.', 'nodes/editor/delivery', 'nodes/ttn-application/delivery-line.ts'],
    ['lpp-decode.', 'nodes/editor/lpp-decode.ts', 'nodes/editor/lpp-decode/channel-names.ts'],
    ['lpp-decode.customType.', 'nodes/editor/lpp-decode/custom-types.ts'],
    ['lpp-decode.dialects.', 'lib/lpp/dialects.ts'],
    ['lpp-decode.labels.', 'nodes/lpp-decode/handler.ts'],
    ['lpp-decode.try.example.', 'nodes/editor/lpp-decode/try-panel.ts'],
    [
      'lpp-decode.status.',
      'nodes/lpp-decode/handler.ts',
      'lib/errors.ts',
      'lib/lpp/errors.ts',
      'lib/fports.ts',
    ],
    ['lpp-decode.tabs.', 'nodes/editor/lpp-decode.ts'],
    ['microshare-account.test.', 'nodes/editor/microshare-account/report.ts', 'lib/microshare/probe.ts'],
    ['microshare-account.test.read.', 'lib/microshare/probe.ts'],
    ['microshare-account.test.refused.', 'lib/microshare/probe.ts'],
    ['microshare-account.test.written.', 'lib/microshare/probe.ts'],
    ['microshare-share.', 'nodes/editor/microshare-share.ts'],
    ['microshare-share.nameRow.', 'nodes/editor/microshare-share.ts'],
    ['microshare-share.placeRow.', 'nodes/editor/microshare-share.ts'],
    [
      'microshare-share.status.',
      'nodes/microshare-share/share-status.ts',
      'nodes/microshare-share',
      'lib/microshare',
      'lib/outbox',
    ],
    ['microshare-share.tabs.', 'nodes/editor/microshare-share.ts'],
    ['ttn-application.storage.', 'nodes/ttn-application', 'lib/ttn/api'],
    ['ttn-application.tabs.', 'nodes/editor/ttn-application.ts'],
    ['ttn-application.test.', 'nodes/editor/ttn-application/tried.ts', 'nodes/ttn-application/trial.ts'],
    ['ttn-application.wrong.', 'nodes/editor/ttn-application.ts'],
    ['ttn-uplink.groups.', 'lib/ttn/kinds.ts'],
    [
      'ttn-uplink.status.',
      'nodes/ttn-uplink/age-status.ts',
      'nodes/shared/age.ts',
      'nodes/ttn-application',
      'lib/ttn',
    ],
  ];

  const keys = CATALOGUES.flatMap((name) => [...textsOf(ENGLISH, name).keys()]);
  const pages = readdirSync(join(ROOT, 'nodes')).filter((file) => file.endsWith('.html'));
  const onPages = pages.flatMap((page) => allOf(read(`nodes/${page}`), /data-i18n="(?:\[\w+\])?([^"]+)"/g));
  const scripts = scriptsOf('nodes');
  const named = [
    ...onPages,
    ...allOf(scripts, /\b_\(\s*'([^':]+)'/g),
    ...SHORTENED.flatMap(([prefix, path, call]) =>
      allOf(scriptsOf(path), new RegExp(`\\b${call}\\('([^']+)'`, 'g')).map((name) => prefix + name),
    ),
  ];

  it('are all there', () => {
    for (const key of named) assert.ok(keys.includes(key), key);
  });

  it('are all used', () => {
    const endings = [
      ...SHORTENED.map(([prefix, path]) => ({ prefix, script: scriptsOf(path) })),
      ...COMPUTED.map(([prefix, ...paths]) => ({ prefix, script: paths.map(scriptsOf).join('\n') })),
    ];
    const isUsed = (key: string) =>
      named.includes(key) ||
      scripts.includes(`'${key}'`) ||
      endings.some(({ prefix, script }) => {
        const ending = key.slice(prefix.length);
        return key.startsWith(prefix) && new RegExp(`'${ending}'|\\b${ending}:`).test(script);
      });
    const unused = keys.filter((key) => !isUsed(key.replace(/(Means|_plural)$/, '')));
    assert.deepEqual(unused, []);
  });
});
