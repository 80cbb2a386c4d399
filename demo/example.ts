import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

const ROOT = join(__dirname, '..');

/** What an example leaves to be filled in, taken from the environment variables of the platform integration. */
const FROM_ENVIRONMENT: Record<string, object> = {
  'ttn-application': {
    host: '${TTN_APP_MQTT_HOSTNAME}',
    applicationId: '${TTN_APP_ID}',
    apiKeyVariable: 'TTN_APP_ACCESS_KEY',
    apiUrl: '${TTN_API_URL}',
  },
  'microshare-account': {
    apiUrl: '${MICROSHARE_API_URL}',
    authUrl: '${MICROSHARE_AUTH_URL}',
    tokenVariable: 'MICROSHARE_TOKEN',
  },
  'microshare-share': { recType: 'MICROSHARE_RECTYPE', recTypeType: 'env' },
};

/** An example flow as it stands in the package. */
export function example(name: string): FlowNode[] {
  return JSON.parse(readFileSync(join(ROOT, 'examples', `${name}.json`), 'utf8')) as FlowNode[];
}

/** A flow with the fields of its nodes filled in from the environment, and without the note that says what to fill in. */
export function fillIn(flow: FlowNode[]): FlowNode[] {
  return flow
    .filter(({ type }) => type !== 'comment')
    .map((node) => ({ ...node, ...FROM_ENVIRONMENT[node.type] }));
}
