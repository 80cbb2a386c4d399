import { svg } from '../svg';
import type { Series } from './series';

const WIDTH = 500;
const HEIGHT = 120;
const MARGIN = 16;

/** A line chart of one series, with its lowest and highest value. */
export function chart({ name, points }: Series): SVGElement {
  const drawing = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': name,
    class: 'microshare-share-chart',
  });
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const place = (at: number, value: number) => [
    scaled(at, from, to, MARGIN, WIDTH - MARGIN),
    scaled(value, low, high, HEIGHT - MARGIN, MARGIN),
  ];
  const places = points.map(({ at, value }) => place(at, value));
  drawing.append(
    svg('polyline', { points: places.map((xy) => xy.join()).join(' ') }),
    ...places.map(([cx, cy]) => svg('circle', { cx, cy, r: 2.5 })),
    label(high, 12),
    ...(low === high ? [] : [label(low, HEIGHT - 3)]),
  );
  return drawing;
}

function label(value: number, y: number): SVGElement {
  const text = svg('text', { x: 4, y });
  text.textContent = String(value);
  return text;
}

/** In the middle where all are the same. */
function scaled(value: number, low: number, high: number, from: number, to: number): number {
  const part = high === low ? 0.5 : (value - low) / (high - low);
  return Math.round((from + part * (to - from)) * 10) / 10;
}
