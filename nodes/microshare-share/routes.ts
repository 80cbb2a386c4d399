import type { Node, NodeAPI } from 'node-red';
import { CodedError } from '../../lib/errors';
import type { Account } from '../../lib/microshare/account';
import { prometheus } from '../../lib/outbox';
import { bodyOf, route } from '../shared/admin';
import { withVariables } from '../shared/deployed';
import { Instances } from '../shared/instances';
import { allPages, sendList } from '../shared/send-list';
import type { Action } from './actions';
import type { MicroshareShareDef } from './definition';
import type { LastMessage } from './last-message';
import { newest } from './newest';
import { preview } from './preview';
import { recTypes } from './rec-type';
import type { ShownRecord } from './rejection';
import type { ShareWriter } from './writer';

/** A node that runs, for the routes. */
export interface ShareInstance {
  node: Node;
  def: MicroshareShareDef;
  account: () => Account;
  last: LastMessage;
  /** Nothing: the node reads. */
  writer: () => ShareWriter | undefined;
}

const READ = 'microshare-share.read';
const WRITE = 'microshare-share.write';
/** Who may deploy settings may try them: expressions and variables among them tell what the environment holds. */
const DEPLOY = 'flows.write';
const EXPORT_PAGE = 500;

/** What the dialog of the node asks for, and what watches it from outside. */
export function shareRoutes(RED: NodeAPI): Instances<ShareInstance> {
  const instances = new Instances<ShareInstance>();
  const reading = RED.auth.needsPermission(READ);
  const writing = RED.auth.needsPermission(WRITE);
  const writerOf = (id: unknown) => {
    const writer = instances.get(id).writer();
    if (writer) return writer;
    throw new CodedError('bad_configuration', 'This node reads: it has no outbox.');
  };
  const path = (name: string) => `/microshare-share/:id/${name}`;

  for (const action of ['stats', 'rejected'] as const) {
    RED.httpAdmin.get(
      path(action),
      reading,
      route(({ params, query }) => writerOf(params.id).act(action, query)),
    );
  }
  RED.httpAdmin.get(
    path('export'),
    reading,
    route(({ params }, response) => {
      const writer = writerOf(params.id);
      const page = (after: number) =>
        writer.act('rejected', { after, limit: EXPORT_PAGE }) as Promise<ShownRecord[]>;
      return sendList(response, 'rejected-records.json', allPages(page));
    }),
  );
  for (const action of ['resend', 'discard', 'resume'] as const) {
    RED.httpAdmin.post(
      path(action),
      writing,
      route((request) => writerOf(request.params.id).act(action, chosen(action, bodyOf(request)))),
    );
  }
  RED.httpAdmin.post(
    path('preview'),
    RED.auth.needsPermission(DEPLOY),
    route((request) => {
      const { node, def, last } = instances.get(request.params.id);
      const typed = withVariables(RED, node, bodyOf(request));
      return preview(RED, node, { ...def, ...typed }, last.get());
    }),
  );
  RED.httpAdmin.get(
    path('newest'),
    reading,
    route(async ({ params }) => {
      const { node, account, def, last, writer } = instances.get(params.id);
      return newest(
        account(),
        writer()?.lastRecType ?? (await recTypes(RED, node, def).of(last.get() ?? { _msgid: '' })),
      );
    }),
  );
  RED.httpAdmin.get(
    '/ttn-microshare/metrics',
    reading,
    route(async (_, response) => {
      const outboxes = instances.all().map(async ({ node, writer }) => {
        const labels = { node: node.id, ...(node.name && { name: node.name }) };
        // An outbox that is not open has no figures.
        const stats = await writer()
          ?.stats()
          .catch(() => undefined);
        return stats ? [{ labels, stats }] : [];
      });
      const text = prometheus((await Promise.all(outboxes)).flat());
      response.type('text/plain; version=0.0.4; charset=utf-8').send(text);
    }),
  );
  return instances;
}

/** Which records: none by mistake. */
function chosen(action: Action, { ids, all }: Record<string, unknown>): { ids?: unknown } {
  if (ids !== undefined || all === true || action === 'resume') return { ids };
  throw new CodedError('bad_action', 'Say which records: {"ids": [1, 2]}, or {"all": true}.');
}
