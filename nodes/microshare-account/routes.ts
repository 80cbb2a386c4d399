import type { NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import { object, text } from '../../lib/json';
import type { PasswordAuth } from '../../lib/microshare/account';
import { resolveHosts } from '../../lib/microshare/hosts';
import { MicroshareError } from '../../lib/microshare/errors';
import { mintPipeToken } from '../../lib/microshare/login';
import { testAccount } from '../../lib/microshare/probe';
import { checkRecType } from '../../lib/microshare/rectype';
import { bodyOf, route } from '../shared/admin';
import { LOGIN } from './dialog-fields';
import { typedAccount } from './typed-account';

const PERMISSION = 'microshare-account.write';

/** The buttons of the dialog. All of them use secrets, and so all ask for the right to change flows. */
export function accountRoutes(RED: NodeAPI): void {
  const post = (name: string, handle: (id: string, body: Record<string, unknown>) => Promise<object>) =>
    RED.httpAdmin.post(
      `/microshare-account/:id/${name}`,
      RED.auth.needsPermission(PERMISSION),
      route((request) => handle(String(request.params.id), bodyOf(request))),
    );

  /** For the dialog, as if it had been pasted there: what stands in a dialog counts with its deploy. */
  post('pipe-token', async (id, body) => {
    // Who does not know the stored login gets no token of it.
    const given = object(body.credentials) ?? {};
    if (!LOGIN.every((name) => text(given[name])))
      throw new CodedError('bad_configuration', 'Type the user name, the password and the API key.');
    const { hosts, auth, tls, proxy } = typedAccount(RED, id, { ...body, mode: 'password' });
    const { credentials, style } = auth as PasswordAuth;
    const { authUrl } = resolveHosts(hosts);
    return { token: await mintPipeToken({ ...credentials, authUrl, style, tls, proxy }) };
  });

  /** Says whose account it is and what it may; writes only when told to. */
  post('test', async (id, body) => {
    const options = typedAccount(RED, id, body);
    const write = body.write === true;
    // Without a test record the field is hidden.
    const recType = write ? checkRecType(text(body.recType) ?? noRecType()) : undefined;
    const report = await testAccount({ ...options, recType, write });
    if (options.auth.mode === 'password' || !options.auth.reader) return report;
    return { ...report, reader: await testAccount({ ...options, auth: options.auth.reader }) };
  });
}

/** Microshare makes a new category of whatever is written: none is made by mistake. */
function noRecType(): never {
  throw new MicroshareError('bad_rectype', 'Type the recType to which the test record is written.');
}
