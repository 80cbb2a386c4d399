import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { clearTextWarning } from '../../lib/clear-text';
import { coded, type CodedError } from '../../lib/errors';
import type { FeedReport } from '../../lib/ttn/feed';
import type { ReceivedUplink } from '../../lib/ttn/message';
import type { ConnectionState } from '../../lib/ttn/transports/transport';
import type { ApplicationLine } from '../shared/delivery-board';
import { notThere } from '../shared/not-there';
import { Reminders } from '../shared/reminders';
import { stateDirectory } from '../shared/state-directory';
import { Turns } from '../shared/turns';
import { isOn, nonNegativeNumber } from '../shared/typed';
import {
  wayName,
  type ApplicationState,
  type Subscriber,
  type TtnApplicationDef,
  type TtnApplicationNode,
} from './definition';
import { applicationLine } from './delivery-line';
import { feedKeeper } from './feed-keeper';
import { KeptFeed, type FeedOwner, type KeptFeedOptions } from './kept-feed';
import { ReportLog } from './reports';
import { fingerprint, settingsOf, type Settings } from './settings';
import { TrafficCheck } from './traffic-check';
import { applicationOf, wayIn, type WayIn } from './way-in';

const ACKNOWLEDGE_S = 60;
const HOUR_MS = 3_600_000;
const HELD =
  'Node-RED does not start what was deployed, and has closed nodes for it: uplinks wait. Deploy what Node-RED can start; its log says what is missing.';

/** The feed of an application node, and what goes from it to the node's subscribers. */
export class Application implements FeedOwner {
  readonly settings: Settings;
  readonly #RED: NodeAPI;
  readonly #node: TtnApplicationNode;
  readonly #log: ReportLog;
  readonly #trafficCheck = new TrafficCheck((error) => this.#setState({ name: 'deaf', error }));
  #feed: KeptFeed | undefined;
  #way: WayIn | undefined;
  #state: ApplicationState = { name: 'connecting' };
  /** What has been told since the connection stood last. */
  readonly #told = new Set<string>();
  /** The connection may break again and again. */
  readonly #reminders = new Reminders();
  readonly #arranging = new Turns();
  /** A deploy is under way. */
  #isDeploying = false;
  /** Nodes were closed since all of them stood last. */
  #haveClosed = false;
  /** Uplinks wait for another deploy. */
  #isHeld = false;
  #closed = false;

  constructor(RED: NodeAPI, node: TtnApplicationNode, def: TtnApplicationDef) {
    this.#RED = RED;
    this.#node = node;
    this.#log = new ReportLog(node);
    this.settings = settingsOf(RED, node, def, node.credentials);
  }

  get state(): ApplicationState {
    return this.#state;
  }

  line(): ApplicationLine {
    return applicationLine(this.#node, this.settings.def, this.#state, this.#feed);
  }

  /** All nodes of a deploy stand. */
  started(): void {
    this.#isDeploying = this.#haveClosed = false;
    if (this.#isHeld) this.#hold(false);
    this.#arranging
      .take(() => this.#arrange())
      .catch((error: unknown) => this.#setState({ name: 'invalid', error: coded(error) }));
  }

  /**
   * A deploy begins.
   * @param closes nodes are about to close
   */
  stopping(closes: boolean): void {
    this.#feed?.hold();
    this.#isDeploying = true;
    this.#haveClosed ||= closes;
  }

  /** Node-RED starts nothing. Where it has closed nodes, uplinks wait: by wires or links they may come to one of these. */
  refused(): void {
    this.#isDeploying = this.#haveClosed;
    if (!this.#haveClosed) return this.#feed?.give(this);
    if (this.#feed && !this.#isHeld) this.#node.warn(HELD);
    this.#hold(true);
  }

  /** @param removed the node does not come back */
  async close(removed: boolean): Promise<void> {
    this.#closed = true;
    if (removed && this.#users().length > 0) {
      this.#setState({ name: 'invalid', error: notThere('TTN application', this.#node.id) });
    }
    await this.#arranging.idle();
    const feed = this.#feed;
    this.#feed = undefined;
    this.#trafficCheck.stop();
    if (!feed) return;
    if (removed) return void (await feedKeeper.end(this.#node.id, feed));
    feedKeeper.keep(this.#RED, this.#node, feed);
    await feed.release();
  }

  onState(state: ConnectionState): void {
    this.#setState(state);
    const isThingsStack = wayName(this.settings.def) === 'things-stack';
    if (state.name === 'connected' && isThingsStack && this.#way?.api)
      this.#trafficCheck.connected(this.#way.api);
  }

  onReport(report: FeedReport): void {
    // Who may not read may not read storage either.
    if (report.kind === 'problem' && report.error.code === 'missing_right') return this.#tell(report.error);
    const notice = this.#log.tell(report);
    if (notice) for (const user of this.#users()) user.onNotice(notice);
  }

  /** Of an uplink that a node had when it was removed. */
  mayHaveSent({ uplink }: ReceivedUplink): boolean {
    const own = applicationOf(this.settings.def);
    return own === '+' || own === uplink.applicationId;
  }

  emit(received: ReceivedUplink): boolean {
    this.#trafficCheck.heard();
    if (this.#state.name === 'deaf') this.#setState({ name: 'connected' });
    const users = this.#users();
    return users.filter((user) => user.onUplink(received, users.length > 1)).length > 0;
  }

  /** Opens the feed that the settings and the subscribers want, or takes it over. */
  async #arrange(): Promise<void> {
    if (this.#closed) return;
    const { id } = this.#node;
    const users = this.#users();
    const kinds = new Set(users.flatMap((user) => [...user.kinds]));
    const wanted = users.length > 0 ? fingerprint(this.settings, kinds) : undefined;
    if (this.#feed && this.#feed.fingerprint !== wanted) {
      void feedKeeper.end(id, this.#feed);
      this.#feed = undefined;
    }
    if (wanted === undefined) return void (await feedKeeper.close(id));
    if (!this.#feed) {
      const way = wayIn(this.settings, kinds);
      for (const url of [way.url, way.api?.baseUrl]) {
        const warning = url && clearTextWarning(url);
        if (warning) this.#node.warn(warning);
      }
      const options = { fingerprint: wanted, ...this.#feedOptions(way, [...kinds]) };
      this.#way = way;
      const { feed, legacy } = await feedKeeper.take(id, wanted);
      this.#feed = feed ?? new KeptFeed(this.#RED, { ...options, legacy });
    }
    // Another deploy may have begun meanwhile.
    if (!this.#closed && !this.#isDeploying) this.#feed.give(this);
  }

  #feedOptions(way: WayIn, kinds: KeptFeedOptions['feed']['kinds']): Omit<KeptFeedOptions, 'fingerprint'> {
    const { recovery, lookBackHours, silenceMinutes, acknowledge, acknowledgeSeconds } = this.settings.def;
    const directory = stateDirectory(this.#RED);
    const { transport, api, applicationUid } = way;
    const holds = way.acknowledges && acknowledge === 'stored';
    return {
      feed: {
        transport,
        kinds,
        applicationUid,
        silentLosses: way.silentLosses,
        shared: way.shared,
        lookBackMs: (nonNegativeNumber('Look back', lookBackHours) ?? 0) * HOUR_MS,
        silenceMs: (nonNegativeNumber('Warn after', silenceMinutes) ?? 0) * 60_000,
        ...(directory && { stateFile: join(directory, 'applications', journalName(this.#node.id, way)) }),
        ...(isOn(recovery, true) && api && { storage: api, retentionMs: api.storageRetentionMs }),
      },
      ...(holds && {
        storedWithinMs: (nonNegativeNumber('At most', acknowledgeSeconds) || ACKNOWLEDGE_S) * 1_000,
      }),
    };
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#setState(this.#state);
  }

  #setState(state: ApplicationState): void {
    this.#state = state;
    for (const user of this.#users()) {
      user.onState(state);
      if (this.#isHeld) user.onNotice({ name: 'held' });
    }
    if (state.name === 'connected') this.#told.clear();
    if ('error' in state) this.#tell(state.error);
  }

  /** Once, not at each try. */
  #tell(error: CodedError): void {
    const { code } = error;
    if (this.#told.has(code) || !this.#reminders.isDue(code)) return;
    this.#told.add(code);
    this.#node.error(error, {});
  }

  #users(): Subscriber[] {
    return Object.values(this.#node.users);
  }
}

function journalName(id: string, { source }: WayIn): string {
  return `${encodeURIComponent(id)}-${hash('sha256', source).slice(0, 8)}.journal`;
}
