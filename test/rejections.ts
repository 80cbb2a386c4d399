import { inspect } from 'node:util';
import type { RootHookObject } from 'mocha';

const unhandled = new Set<unknown>();
const note = (reason: unknown) => unhandled.add(reason);

/** mocha passes over a rejection that nobody handles, which ends the user's whole Node-RED. */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    process.on('unhandledRejection', note);
  },
  afterEach() {
    const [reason] = unhandled;
    unhandled.clear();
    if (reason !== undefined) throw new Error(`Nobody handled the rejection ${inspect(reason)}`);
  },
  afterAll() {
    process.off('unhandledRejection', note);
  },
};
