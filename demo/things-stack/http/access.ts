import type { ApiKey, Application, Right } from '../applications';
import { fault, type ApiRequest } from './answers';

/** Whose key a request carries. 401 without one that exists. */
export function keyOf(
  applications: readonly Application[],
  { headers }: ApiRequest,
): { application: Application; apiKey: ApiKey } {
  const sent = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  for (const application of applications) {
    const apiKey = application.apiKeys.find(({ key }) => key === sent);
    if (apiKey) return { application, apiKey };
  }
  throw sent
    ? fault(401, 'pkg/identityserver', 'api_key_not_found', 'API key not found')
    : fault(401, 'pkg/identityserver', 'unauthenticated', 'unauthenticated');
}

/** The application that a request names. 403 without the rights. */
export function authorize(
  applications: readonly Application[],
  request: ApiRequest,
  applicationId: string,
  ...wanted: Right[]
): Application {
  const { application, apiKey } = keyOf(applications, request);
  const refuse = (name: string, text: string, missing?: string) =>
    fault(403, 'pkg/auth/rights', name, `${text} for application \`${applicationId}\``, {
      uid: applicationId,
      ...(missing && { missing }),
    });
  if (application.applicationId !== applicationId) throw refuse('no_application_rights', 'no rights');
  const missing = wanted.filter((right) => !apiKey.rights.includes(right)).join();
  if (missing) throw refuse('insufficient_application_rights', 'insufficient rights', missing);
  return application;
}
