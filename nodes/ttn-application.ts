import type { NodeAPI } from 'node-red';
import { deliveryBoard } from './shared/delivery-board';
import { warnIfNewer } from './shared/version';
import { Application } from './ttn-application/application';
import { Applications } from './ttn-application/applications';
import {
  leftSubscribers,
  type TtnApplicationCredentials,
  type TtnApplicationDef,
  type TtnApplicationNode,
} from './ttn-application/definition';
import { endpointRoute } from './ttn-application/endpoints';
import { applicationRoutes } from './ttn-application/routes';

/** The config node that owns the connection of one TTN application, however many nodes use it. */
export default function (RED: NodeAPI): void {
  const applications = new Applications(RED);
  const instances = applicationRoutes(RED);
  endpointRoute(RED);

  function TtnApplication(this: TtnApplicationNode, def: TtnApplicationDef): void {
    RED.nodes.createNode(this, def);
    warnIfNewer(this, def);
    this.users = leftSubscribers.take(this.id);
    const application = new Application(RED, this, def);
    this.register = (subscriber) => {
      this.users[subscriber.id] = subscriber;
      subscriber.onState(application.state);
    };
    this.deregister = (subscriber) => {
      delete this.users[subscriber.id];
    };

    applications.add(application);
    instances.add(this, application);
    deliveryBoard.applications.add(this, () => application.line());
    this.on('close', (removed: boolean, done: () => void) => {
      applications.delete(application);
      leftSubscribers.leave(this);
      application.close(removed).then(done, done);
    });
  }

  RED.nodes.registerType<TtnApplicationNode, TtnApplicationDef, object, TtnApplicationCredentials>(
    'ttn-application',
    TtnApplication,
    {
      credentials: {
        apiKey: { type: 'password' },
        webhookSecret: { type: 'password' },
        password: { type: 'password' },
      },
    },
  );
}
