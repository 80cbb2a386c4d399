import { startLake, type Lake } from '../../demo/microshare/lake';
import type { Fault } from '../../demo/microshare/faults';
import { freePort } from '../../demo/ports';
import type { Arrivals } from './arrivals';

/** Below the ports that a system gives to clients: nobody takes it while the lake is down. */
const PORT = 18_880;

/** What an API can do to writes; in each mood all of them meet one of the faults, or none. */
const MOODS = {
  up: [],
  slow: [{ kind: 'delay', delay: 200 }],
  resetting: [
    { kind: 'reset', chance: 0.4 },
    { kind: 'store-and-reset', chance: 0.4 },
    { kind: 'reset-inside', chance: 0.4 },
  ],
  silent: [{ kind: 'hang', chance: 0.5 }, { kind: 'store-and-hang' }],
  '401': [{ kind: 'answer', status: 401 }],
  '429': [{ kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
  '500': [{ kind: 'answer', status: 500 }],
  '503': [{ kind: 'answer', status: 503 }],
  /** Nobody listens. A lake that comes up again knows no password token any more. */
  down: [],
} as const satisfies Record<string, readonly Fault[]>;

export type Mood = keyof typeof MOODS;

/** A lake at one address, whose mood changes. */
export class MoodyLake {
  readonly url: string;
  #logins = 0;
  #lake: Lake | undefined;

  private constructor(
    private readonly port: number,
    private readonly arrivals: Arrivals,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(arrivals: Arrivals, mood: Mood = 'up'): Promise<MoodyLake> {
    const lake = new MoodyLake(await freePort(PORT), arrivals);
    await lake.feel(mood);
    return lake;
  }

  /** All logins, and the requests of this lake since it was down. */
  get logins(): number {
    return this.#logins + (this.#lake?.logins ?? 0);
  }

  get requests(): Lake['requests'] {
    return this.#lake?.requests ?? [];
  }

  async feel(mood: Mood): Promise<void> {
    if (mood === 'down') return this.close();
    this.#lake ??= await this.#start();
    this.#lake.heal();
    this.#lake.fail(MOODS[mood].map((fault) => ({ ...fault, times: null, path: '/share/' })));
  }

  async close(): Promise<void> {
    const lake = this.#lake;
    this.#lake = undefined;
    this.#logins += lake?.logins ?? 0;
    await lake?.close();
  }

  async #start(): Promise<Lake> {
    const lake = await startLake({ port: this.port, maxRecords: 1_000 });
    lake.on('record', this.arrivals.add);
    return lake;
  }
}

/** All moods, in random order. */
export function shuffledMoods(): Mood[] {
  return (Object.keys(MOODS) as Mood[])
    .map((mood) => ({ mood, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ mood }) => mood);
}
