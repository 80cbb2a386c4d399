import { number, object, objects, text } from '../../json';
import type { ApiCaller } from './caller';
import { SETTINGS_PACKAGES } from './right-names';

const PACKAGE = 'storage-integration';
/** The FPort that the documentation takes for the association; it stores the uplinks of every FPort. */
const FPORT = 100;
const HIGHEST_FPORT = 255;

/**
 * Enables the Storage Integration for the whole application. Where it is enabled, nothing is sent: a second
 * association would store every message twice.
 * @throws TtnApiError `missing_right`, ...; HttpError
 */
export async function enableStorage(caller: ApiCaller): Promise<'enabled' | 'was enabled'> {
  const path = `as/${caller.application('/packages/associations')}`;
  const { json } = await caller.json({
    path,
    query: { field_mask: 'package_name' },
    right: SETTINGS_PACKAGES,
  });
  const associations = objects(json.defaults) ?? [];
  if (associations.some((one) => text(one.package_name) === PACKAGE)) return 'was enabled';

  const taken = associations.map((one) => number(object(one.ids)?.f_port));
  let fPort = FPORT;
  while (taken.includes(fPort) && fPort < HIGHEST_FPORT) fPort++;
  await caller.send({
    method: 'PUT',
    path: `${path}/${fPort}`,
    body: { default: { package_name: PACKAGE }, field_mask: { paths: ['package_name'] } },
    right: SETTINGS_PACKAGES,
  });
  return 'enabled';
}
