import type { NodeAPI } from 'node-red';
import { text } from '../lib/json';
import { deliveryReport } from './delivery/report';
import { route } from './shared/admin';

/** What the sidebar tab "Delivery" asks for, every two seconds while it is seen. */
export default function (RED: NodeAPI): void {
  RED.httpAdmin.get(
    '/ttn-microshare/delivery',
    RED.auth.needsPermission('ttn-microshare.read'),
    route(({ query }) =>
      deliveryReport({
        search: text(query.search) ?? '',
        order: query.order === 'silent' ? 'silent' : 'recent',
      }),
    ),
  );
}
