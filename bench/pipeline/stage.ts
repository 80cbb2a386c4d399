import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerCalls, Load } from './broker';
import { Remote } from './remote';
import type { SinkCalls } from './sink';
import type { Surroundings, System } from './systems';

export interface Result {
  perSecond: number;
  /** CPU seconds of 10,000 records. */
  cpu: number;
  /** MiB before the load, and at most. */
  beforeMiB: number;
  peakMiB: number;
  mostSockets: number;
  /** Milliseconds from publishing to arrival. */
  latencies: number[];
}

/** What a system has to carry. */
export interface Work {
  load: Omit<Load, 'first'>;
  /** The sink's latency. */
  answerAfterMs: number;
}

const LOOK_EVERY_MS = 5;
const GIVE_UP_MS = 20_000;
/** Until what is done behind the records is done, too. */
const SETTLE_MS = 300;

/** One broker and one sink, between which one system after the other is measured. */
export class Stage {
  readonly #broker = new Remote<BrokerCalls>(require.resolve('./broker'));
  readonly #sink = new Remote<SinkCalls>(require.resolve('./sink'));
  readonly #surroundings: Promise<Surroundings>;
  readonly #warmUp: Work['load'];
  #uplinks = 0;

  /** @param warmUp so many records first: V8 compiles what runs often, and Node-RED runs for months */
  constructor(warmUp: number) {
    this.#warmUp = { count: warmUp, window: 2_000 };
    this.#surroundings = Promise.all([this.#broker.call('start'), this.#sink.call('start')]).then(
      ([brokerPort, sinkPort]) => ({
        brokerUrl: `mqtt://127.0.0.1:${brokerPort}`,
        apiUrl: `http://127.0.0.1:${sinkPort}`,
        recType: 'io.example.bench.unpacked',
        token: 'a-token-of-the-usual-length-0123456789',
      }),
    );
  }

  /**
   * Starts the system, warms it up, and measures it at work.
   * @throws when a record did not arrive exactly once
   */
  async run(system: System, { load, answerAfterMs }: Work): Promise<Result> {
    const surroundings = await this.#surroundings;
    await this.#broker.call('expect');
    const running = await system.start(surroundings);
    try {
      await this.#broker.call('subscribed');
      await this.#carry({ load: this.#warmUp, answerAfterMs });
      const before = await running.usage();
      const carried = await this.#carry({ load, answerAfterMs });
      const after = await running.usage();
      const cpuTime = (usage: typeof after) => usage.userCPUTime + usage.systemCPUTime;
      return {
        ...carried,
        cpu: (cpuTime(after) - cpuTime(before)) / 1e6 / (load.count / 10_000),
        beforeMiB: before.rss / 2 ** 20,
        peakMiB: after.maxRSS / 2 ** 10,
      };
    } catch (cause) {
      throw new Error(`${system.name}, sink after ${answerAfterMs} ms`, { cause });
    } finally {
      await running.stop();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#broker.stop(), this.#sink.stop()]);
  }

  async #carry({ load, answerAfterMs }: Work) {
    const first = this.#uplinks;
    this.#uplinks += load.count;
    await this.#sink.call('begin', answerAfterMs);
    const publishing = this.#broker.call('publish', { ...load, first });
    await this.#arrived(first + load.count);
    await sleep(SETTLE_MS + answerAfterMs);
    const publishedAt = await publishing;
    const { arrivals, mostSockets } = await this.#sink.call('report');
    const arrivedAt = publishedAt.map((_, index) => {
      const times = arrivals.get(first + index) ?? [];
      assert.equal(times.length, 1, `uplink ${first + index} arrived ${times.length} times`);
      return times[0]!;
    });
    assert.equal(arrivals.size, load.count, 'records that are of no uplink arrived');
    const ms = Math.max(...arrivedAt) - publishedAt[0]!;
    return {
      perSecond: (load.count / ms) * 1000,
      mostSockets,
      latencies: arrivedAt.map((time, index) => time - publishedAt[index]!),
    };
  }

  /** Waits for so many records, and tells the broker how many there are. */
  async #arrived(wanted: number): Promise<void> {
    let last = 0;
    for (let lastAt = performance.now(); last < wanted && performance.now() < lastAt + GIVE_UP_MS;) {
      await sleep(LOOK_EVERY_MS);
      const arrived = await this.#sink.call('arrived');
      if (arrived > last) lastAt = performance.now();
      last = arrived;
      await this.#broker.call('arrived', arrived);
    }
  }
}
