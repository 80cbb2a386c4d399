import type { ThingsStack } from '../server';
import { authorize } from './access';
import { fault, type ApiAnswer, type ApiRequest } from './answers';

const RIGHT = 'RIGHT_APPLICATION_SETTINGS_PACKAGES';

/** Which packages an application uses, by FPort. */
export function listAssociations(stack: ThingsStack, request: ApiRequest, applicationId: string): ApiAnswer {
  const application = authorize(stack.applications, request, applicationId, RIGHT);
  const defaults = [...stack.storage.associations(application)].map(([fPort, packageName]) =>
    association(applicationId, fPort, packageName),
  );
  return { body: defaults.length > 0 ? { defaults } : {} };
}

export function setAssociation(
  stack: ThingsStack,
  request: ApiRequest,
  applicationId: string,
  fPort: string,
): ApiAnswer {
  const application = authorize(stack.applications, request, applicationId, RIGHT);
  const { default: wanted, field_mask: mask } = (request.body ?? {}) as {
    default?: { package_name?: string };
    field_mask?: { paths?: string[] };
  };
  const name = mask?.paths?.includes('package_name') ? wanted?.package_name : undefined;
  if (!name) throw fault(400, 'pkg/rpcmiddleware/validator', 'field_mask_paths', 'package name is missing');
  stack.storage.associations(application).set(Number(fPort), name);
  return { body: association(applicationId, Number(fPort), name) };
}

function association(applicationId: string, fPort: number, packageName: string) {
  const ids = { application_ids: { application_id: applicationId }, f_port: fPort };
  return { ids, package_name: packageName };
}
