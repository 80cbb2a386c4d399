import { execFile, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../demo/ports';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../../demo/things-stack/certificate';
import { endProgram, startProgram } from './processes';

/** Not the one in /usr/sbin, which changes the user and the directories. */
export const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export interface RabbitMq {
  url: string;
  tlsUrl: string;
  mqttUrl: string;
  /** Runs a line of a shell, such as one of `rabbitmqctl`, and gives what it prints. */
  run(command: string): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const ALL = { configure: '.*', write: '.*', read: '.*' };

/** `guest` may all in `/`; `reader` may read there. */
const DEFINITIONS = {
  users: ['guest', 'reader'].map((name) => ({ name, password: name, tags: '' })),
  vhosts: ['/', 'lab'].map((name) => ({ name })),
  permissions: [
    { user: 'guest', vhost: '/', ...ALL },
    { user: 'reader', vhost: '/', ...ALL, configure: '^$' },
  ],
};

/** Starts a RabbitMQ of its own, with its MQTT plugin, which keeps its queues on disk. */
export async function startRabbitMq(): Promise<RabbitMq> {
  const directory = mkdtempSync(join(tmpdir(), 'rabbitmq-'));
  const inDirectory = (name: string, text?: string) => {
    const path = join(directory, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };
  const port = await freePort();
  const tlsPort = await freePort();
  const mqttPort = await freePort();
  const nodesPort = await freePort();
  const namesPort = await freePort();

  const certificateFile = inDirectory('certificate.pem', TEST_CERTIFICATE);
  const config = `
listeners.tcp.1 = 127.0.0.1:${port}
listeners.ssl.1 = 127.0.0.1:${tlsPort}
mqtt.listeners.tcp.1 = 127.0.0.1:${mqttPort}
ssl_options.cacertfile = ${certificateFile}
ssl_options.certfile = ${certificateFile}
ssl_options.keyfile = ${inDirectory('key.pem', TEST_CERTIFICATE_KEY)}
load_definitions = ${inDirectory('definitions.json', JSON.stringify(DEFINITIONS))}
`;
  const env = {
    HOME: directory,
    ERL_EPMD_PORT: String(namesPort),
    RABBITMQ_NODENAME: `test-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(nodesPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONFIG_FILE: inDirectory('rabbitmq.conf', config),
    RABBITMQ_CONF_ENV_FILE: inDirectory('no-environment'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inDirectory('plugins', '[rabbitmq_mqtt].'),
    RABBITMQ_MNESIA_BASE: directory,
    RABBITMQ_LOG_BASE: directory,
    RABBITMQ_PID_FILE: inDirectory('pid'),
  };
  // Started by RabbitMQ, it would outlive it.
  const names = await startProgram('epmd', ['-address', '127.0.0.1', '-port', String(namesPort)], {}, [
    namesPort,
  ]);
  let server: ChildProcess;
  const start = async () => {
    server = await startProgram(RABBITMQ, [], env, [port, tlsPort, mqttPort]);
  };
  await start();
  return {
    url: `amqp://127.0.0.1:${port}`,
    tlsUrl: `amqps://127.0.0.1:${tlsPort}`,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    async run(command) {
      const path = `${dirname(RABBITMQ)}:${process.env.PATH}`;
      const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { ...env, PATH: path } });
      return stdout;
    },
    start,
    stop: () => endProgram(server, 'SIGTERM'),
    close: async () => {
      await endProgram(server, 'SIGKILL');
      await endProgram(names, 'SIGKILL');
      rmSync(directory, { recursive: true });
    },
  };
}
