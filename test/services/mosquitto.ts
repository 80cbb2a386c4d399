import { execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../demo/ports';
import { endProgram, startProgram } from './processes';

export const MOSQUITTO = '/usr/sbin/mosquitto';

export interface Mosquitto {
  url: string;
  /** Ends it so that it saves its sessions. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a Mosquitto of its own, which keeps sessions on disk. */
export async function startMosquitto(user?: { name: string; password: string }): Promise<Mosquitto> {
  const directory = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const passwords = join(directory, 'passwords');
  if (user) execFileSync('mosquitto_passwd', ['-b', '-c', passwords, user.name, user.password]);
  const config = join(directory, 'mosquitto.conf');
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      ...(user ? [`password_file ${passwords}`] : ['allow_anonymous true']),
      'persistence true',
      `persistence_location ${directory}/`,
      'max_queued_messages 0',
      // As root it would become another user, who may not read the directory.
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      '',
    ].join('\n'),
  );
  let program: ChildProcess;
  const start = async () => {
    program = await startProgram(MOSQUITTO, ['-c', config], {}, [port]);
  };
  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    start,
    stop: () => endProgram(program, 'SIGTERM'),
    close: async () => {
      await endProgram(program, 'SIGKILL');
      rmSync(directory, { recursive: true });
    },
  };
}
