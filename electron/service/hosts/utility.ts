/**
 * The service as the desktop app runs it: in an Electron utility process, or, where that has too old a Node of its own,
 * in a child process that the utility process relays to. Both are this entry.
 */
import { fileURLToPath } from 'node:url';
import { channelOfParentPort, channelOfRelay, type ElectronParentPort } from './channel.ts';
import { canRunService, relay } from './relay.ts';

function parentPort(): ElectronParentPort | null {
  const port: unknown = Reflect.get(process, 'parentPort');
  return port ? (port as ElectronParentPort) : null;
}

async function host(channel: Parameters<typeof import('./host.ts').runHost>[0], runtime: string): Promise<void> {
  // loaded only here: the relaying process is too old for it
  const { runHost } = await import('./host.ts');
  runHost(channel, runtime);
}

const parent = parentPort();
const version = process.versions.node;
const major = version.split('.')[0] ?? version;
if (!parent) {
  if (process.env.BINDERY_RELAYED !== '1') throw new Error('This entry runs in an Electron utility process.');
  console.log(`service: utilityProcess relayed to Node ${version} (pid ${process.pid})`);
  void host(channelOfRelay(), `utility process, relayed to Node ${major}`);
} else if (canRunService()) {
  console.log(`service: utilityProcess (Node ${version}, pid ${process.pid})`);
  void host(channelOfParentPort(parent), 'utility process');
} else {
  relay(parent, fileURLToPath(import.meta.url));
}
