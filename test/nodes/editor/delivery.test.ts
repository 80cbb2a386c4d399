import assert from 'node:assert/strict';
import {
  APPLICATION_FIGURES,
  applicationFigures,
  barsPath,
  SHARE_FIGURES,
  shareFigures,
  toneOf,
} from '../../../nodes/editor/delivery/words';
import { ageText } from '../../../nodes/editor/language';
import catalogue from '../../../nodes/locales/en-US/delivery.json';

const texts = catalogue.delivery;
const text = (key: string, values: Record<string, string | number> = {}) =>
  `${key in texts} ${Object.values(values).join(' ')}`;
const ZEROS = { received: 0, recovered: 0, lostOnTheRadio: 0, lostWhileAway: 0, queued: 0, devices: [] };
const LINE = { id: '1', name: '', state: { name: 'connected' }, ...ZEROS };

describe('the sidebar tab', () => {
  const speak = (language: string) => Object.assign(globalThis, { RED: { i18n: { lang: () => language } } });

  beforeEach(() => speak('en-US'));
  after(() => delete (globalThis as { RED?: unknown }).RED);

  it('shows only the figures that there are', () => {
    const figures = {
      queued: 1234,
      rejected: 0,
      writtenByMinute: [0, 2, 3],
      countedSince: -3_600_000,
      possibleDuplicates: 0,
      refused: 0,
    };
    const state = { name: 'idle' };
    assert.deepEqual(shareFigures({ state }, 0, text), {});
    assert.deepEqual(shareFigures({ state, figures }, 0, text), {
      queued: '1,234',
      lastHour: '5',
    });
    const lastError = { code: 'x', message: 'No.', at: 0 };
    const troubled = {
      ...figures,
      oldestAt: 0,
      lastWrittenAt: 30_000,
      possibleDuplicates: 5,
      refused: 6,
      lastError,
    };
    const shown = shareFigures({ state, figures: troubled }, 90_000, text);
    assert.equal(shown.oldest, ageText(90_000));
    assert.ok(shown.lastWritten?.endsWith(ageText(60_000)));
    assert.equal(shown.perhapsTwice, '5');
    assert.equal(shown.refused, '6');
    assert.match(shown.lastError ?? '', /No\./);
    const stopped = { name: 'held', code: 'x', detail: 'No.' };
    assert.equal(shareFigures({ state: stopped, figures: troubled }, 90_000, text).lastError, undefined);
  });

  it('says since when it counts what was written in the last hour, and when it tries again', () => {
    const figures = {
      queued: 1,
      rejected: 0,
      writtenByMinute: [5],
      countedSince: 0,
      possibleDuplicates: 0,
      refused: 0,
    };
    const state = { name: 'held', nextTryAt: 3_660_000 };
    assert.match(shareFigures({ state, figures }, 3_599_999, text).lastHour ?? '', /^true 5 \d/);
    const later = shareFigures({ state, figures }, 3_600_000, text);
    assert.equal(later.lastHour, '5');
    assert.ok(later.nextTry?.endsWith(ageText(60_000)));
    assert.equal(shareFigures({ state, figures }, 3_660_000, text).nextTry, undefined);
  });

  it('shows an application that has heard nothing yet', () => {
    assert.deepEqual(applicationFigures(LINE, 0, text), {
      received: '0',
      recovered: '0',
      lostOnTheRadio: '0',
      lostWhileAway: '0',
    });
    const later = applicationFigures({ ...LINE, lastUplinkAt: 1_000, queued: 7 }, 4_000, text);
    assert.equal(later.inside, '7');
    assert.ok(later.lastUplink?.endsWith(ageText(3_000)));
  });

  it('rounds ages down to the largest unit, and knows no future', () => {
    const numbers = [-5_000, 59_999, 60_000, 7_199_000, 86_400_000].map((ms) => parseInt(ageText(ms)));
    assert.deepEqual(numbers, [0, 59, 1, 1, 1]);
  });

  it("writes ages and numbers in the editor's language, whatever the browser's is", () => {
    assert.equal(ageText(180_000), '3 min');
    speak('de');
    assert.match(ageText(172_800_000), /^2 T/);
    assert.equal(applicationFigures({ ...LINE, received: 1234 }, 0, text).received, '1.234');
  });

  it('writes ages in English where the texts are, as in an editor of a language that has no catalogue', () => {
    for (const language of ['ja', 'zh-CN', 'ru']) {
      speak(language);
      assert.equal(ageText(180_000), '3 min');
    }
  });

  it('draws a bar for each minute in which something was written', () => {
    assert.equal(barsPath([0, 5, 10], 16), 'M1 16v-8h.8V16zM2 16v-16h.8V16z');
    assert.equal(barsPath([0, 0], 16), '');
  });

  it('has a word for every state and figure', () => {
    const states = ['idle', 'rejected', 'delivering', 'waiting', 'held', 'refusing', 'opening', 'closed'];
    for (const state of [...states, 'connecting', 'connected', 'offline', 'invalid', 'deaf']) {
      assert.ok(state in texts.states, state);
      assert.notEqual(toneOf(state), 'grey', state);
    }
    assert.equal(toneOf('unused'), 'grey');
    assert.deepEqual(Object.keys(texts.figures), [...SHARE_FIGURES, ...APPLICATION_FIGURES]);
  });
});
