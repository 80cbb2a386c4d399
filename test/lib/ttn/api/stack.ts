import assert from 'node:assert/strict';
import { fakeApiKey, type Application, type Right } from '../../../../demo/things-stack/applications';
import type { CodedError } from '../../../../lib/errors';
import { TtnApi } from '../../../../lib/ttn/api';
import type { ThingsStack } from '../../../../demo/things-stack/server';

const ALL: Right[] = [
  'RIGHT_APPLICATION_TRAFFIC_READ',
  'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE',
  'RIGHT_APPLICATION_DEVICES_READ',
  'RIGHT_APPLICATION_SETTINGS_BASIC',
  'RIGHT_APPLICATION_SETTINGS_PACKAGES',
];

export const KEYS = {
  all: fakeApiKey('all'),
  read: fakeApiKey('read'),
  write: fakeApiKey('write'),
  other: fakeApiKey('other'),
  wrong: fakeApiKey('wrong'),
};

export const applications: [Application, ...Application[]] = [
  {
    applicationId: 'app1',
    tenantId: 'ttn',
    apiKeys: [
      { key: KEYS.all, rights: ALL },
      { key: KEYS.read, rights: ['RIGHT_APPLICATION_TRAFFIC_READ'] },
      { key: KEYS.write, rights: ['RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE'] },
    ],
  },
  { applicationId: 'app2', tenantId: 'ttn', apiKeys: [{ key: KEYS.other, rights: ALL }] },
];

export function apiOf({ api }: ThingsStack, apiKey = KEYS.all): TtnApi {
  return new TtnApi({ baseUrl: api.url, applicationId: 'app1@ttn', apiKey });
}

/** The error of a call, which tells no key wherever one looks. */
export async function failure<T extends CodedError>(call: Promise<unknown>): Promise<T> {
  const error = await call.then(
    () => assert.fail('no error'),
    (reason: unknown) => reason as T,
  );
  const shown = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join();
  for (const key of Object.values(KEYS)) assert.ok(!shown.includes(key), shown);
  return error;
}
