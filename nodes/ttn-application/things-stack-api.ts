import { TtnApi } from '../../lib/ttn/api';
import { apiBaseUrl } from '../../lib/ttn/api/hosts';
import { resolveAddress, type Address } from '../../lib/ttn/address';
import { unsetVariable } from '../../lib/variables';
import type { TtnApplicationDef } from './definition';
import type { Settings } from './settings';

/** Where the HTTP API is; the variable that a field names may be missing, which means the same as an empty field. */
function apiUrlOf({ apiUrl = '' }: TtnApplicationDef, { hostname }: Address): string {
  const given = apiUrl.trim();
  return given && !unsetVariable(given) ? given : apiBaseUrl(hostname);
}

export function addressOf({ host = '', applicationId = '', tenantId }: TtnApplicationDef): Address {
  return resolveAddress({ host, applicationId, tenantId });
}

/**
 * The Things Stack's HTTP API for the application and its key.
 * @throws CodedError `bad_configuration`
 */
export function thingsStackApi({ def, secret, tls }: Settings): TtnApi {
  const address = addressOf(def);
  return new TtnApi({
    baseUrl: apiUrlOf(def, address),
    applicationId: address.username,
    apiKey: secret('apiKey') ?? '',
    tls,
  });
}
