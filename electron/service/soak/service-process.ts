/** The service in a process of its own, for tests that kill it, starve it or watch what it asks of the disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '../../../shared/rpc/client.ts';
import type { Port } from '../../../shared/rpc/port.ts';

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly client: Client;
  readonly endpoints: string;
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

function portOfChild(child: ChildProcess): Port {
  return {
    post: (message) => {
      // what cannot be sent any more is told by the exit
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
      return () => child.off('message', listener);
    },
    onClose: (listener) => {
      child.once('exit', listener);
      return () => child.off('exit', listener);
    },
    close: () => child.kill('SIGKILL'),
  };
}

const entry = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const gatewayEntry = fileURLToPath(new URL('./gateway-child.ts', import.meta.url));

/** Starts a script of this folder that says where it listens, by a message `ready`. */
async function startChild(script: string, options: object, wrap: readonly string[]) {
  const [command = process.execPath, ...args] = [...wrap, process.execPath, script, JSON.stringify(options)];
  // what it logs of the faults it is made to have is of interest only to who looks for one
  const stderr = process.env.BINDERY_SOAK_VERBOSE ? 'inherit' : 'ignore';
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', stderr, 'ipc'] });
  const endpoints = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it was ready`)));
    child.on('message', (message: object) => {
      if ('ready' in message) resolve(String(message.ready));
    });
  });
  return {
    child,
    endpoints,
    async kill(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** @param wrap a command that runs the service: `strace -f …` */
export async function startProcess(options: object, wrap: readonly string[] = []): Promise<ServiceProcess> {
  const started = await startChild(entry, options, wrap);
  return { ...started, client: createClient(portOfChild(started.child)) };
}

/** A gateway of a workspace, which keeps nothing. */
export const startGatewayProcess = (options: object): Promise<Omit<ServiceProcess, 'client'>> =>
  startChild(gatewayEntry, options, []);
