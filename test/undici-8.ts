/*
 * To be loaded first: lib/ gets undici 8, which npm installs on Node.js 22.19 and newer, in place of the 7 that Node.js 20
 * gets and the lock file holds.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const load = createRequire(__filename);
assert.match((load('undici-8/package.json') as { version: string }).version, /^8\./);
load('undici-8');
load.cache[load.resolve('undici')] = load.cache[load.resolve('undici-8')];
