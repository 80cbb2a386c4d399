import assert from 'node:assert/strict';
import { linesOf, type Report } from '../../../nodes/editor/microshare-account/report';

const PIPE: Report = {
  kind: 'pipe',
  hosts: { apiUrl: 'https://api.microshare.io', authUrl: 'https://auth.microshare.io' },
  rights: { read: 'no', write: 'unknown' },
  warnings: [],
};
const LOGIN: Report = {
  ...PIPE,
  kind: 'password',
  holder: { user: 'ada@example.com', identityName: 'City Default' },
  rights: { read: 'yes', write: 'unknown' },
};

describe('the Test button of microshare-account', () => {
  const lines = (report: Report) =>
    linesOf(report, (key, values) => [key, ...Object.values(values ?? {})].join(' ')).map(
      ({ text, tone }) => [text, tone],
    );
  const title = ['pipe https://api.microshare.io', undefined];

  it('says of a pipe token that it was not checked', () => {
    assert.deepEqual(lines(PIPE), [title, ['written.unknown', 'warning']]);
  });

  it('says what came of a test record', () => {
    const [id, recType] = ['1', 'io.example.test'];
    const url = `https://api.microshare.io/share/${recType}/${id}`;
    const written = { id, recType, url, tags: [], attempts: 1 };
    const right = { ...PIPE, rights: { read: 'no', write: 'yes' }, written } satisfies Report;
    assert.deepEqual(lines(right), [title, ['written.yes', 'good'], [url, undefined]]);
    const wrong = { ...PIPE, rights: { read: 'no', write: 'no' }, refused: 'unauthorized' } satisfies Report;
    assert.deepEqual(lines(wrong), [title, ['refused.unauthorized', 'problem']]);
  });

  it('says whose login it is, also of one that only reads back', () => {
    const login = [
      ['holder ada@example.com, City Default', undefined],
      ['read.yes', 'good'],
    ];
    assert.deepEqual(lines(LOGIN).slice(1, 3), login);
    assert.deepEqual(lines({ ...PIPE, warnings: ['odd'], reader: LOGIN }), [
      title,
      ['written.unknown', 'warning'],
      ['odd', 'warning'],
      ['reader', undefined],
      ...login,
    ]);
  });
});
