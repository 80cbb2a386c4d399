import type { NodeAPI } from 'node-red';
import { text } from '../lib/json';
import { LeftBehind } from './delivery/left-behind';
import { deliveryReport } from './delivery/report';
import { bodyOf, route } from './shared/admin';
import { sendList } from './shared/send-list';

/** What the sidebar tab "Delivery" asks for, every two seconds while it is seen; and its buttons. */
export default function (RED: NodeAPI): void {
  const leftBehind = new LeftBehind(RED);
  RED.httpAdmin.get(
    '/ttn-microshare/delivery',
    RED.auth.needsPermission('ttn-microshare.read'),
    route(({ query }) =>
      deliveryReport(
        { search: text(query.search) ?? '', order: query.order === 'silent' ? 'silent' : 'recent' },
        leftBehind,
      ),
    ),
  );
  RED.httpAdmin.get(
    '/ttn-microshare/left-behind/:id/export',
    RED.auth.needsPermission('microshare-share.read'),
    route(({ params }, response) =>
      sendList(response, 'left-behind-records.json', leftBehind.records(String(params.id))),
    ),
  );
  RED.httpAdmin.post(
    '/ttn-microshare/left-behind/:id/discard',
    RED.auth.needsPermission('microshare-share.write'),
    route(async (request) => {
      // Only what can send JSON may.
      bodyOf(request);
      await leftBehind.discard(String(request.params.id));
      return {};
    }),
  );
}
