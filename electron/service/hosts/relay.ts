import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isToHost } from '../../../shared/host/messages.ts';
import type { Port } from '../../../shared/rpc/port.ts';
import { type ElectronParentPort, isRelayMessage, portOfElectron, type RelayMessage } from './channel.ts';

/** The oldest Node that loads the database driver and requires ES modules. */
const oldestNode = [22, 12] as const;

/** Whether this process's own Node can run the service. */
export function canRunService(version = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** The project's own Node: BINDERY_NODE, or the `node` package that is installed in a folder above the entry. */
function findNode(entry: string): string | null {
  if (process.env.BINDERY_NODE) return process.env.BINDERY_NODE;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', 'node', 'bin', program);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}

/**
 * Runs the same entry in a child on the project's Node and passes everything on: messages of the shell as they are, the
 * messages of each window's port under the port's number. The utility process ends when its child does, and the child
 * when it does, so that the shell supervises both as one.
 */
export function relay(parentPort: ElectronParentPort, entry: string): void {
  const node = findNode(entry);
  if (!node) {
    parentPort.postMessage({
      type: 'failed',
      message: `The service needs Node ${oldestNode.join('.')} or later, and the project's own Node was not found: set BINDERY_NODE to one.`,
    });
    return;
  }
  // the project's Node reads no archive: the entry lies beside it in a packaged app
  const child = spawn(node, [entry.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked')], {
    env: { ...process.env, BINDERY_RELAYED: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ports = new Map<number, Port>();
  let nextPort = 1;
  const toChild = (message: RelayMessage | object) => {
    if (child.connected) child.send(message);
  };

  parentPort.on('message', (event) => {
    if (!isToHost(event.data)) return;
    if (event.data.type !== 'connect') {
      toChild(event.data);
      return;
    }
    const electronPort = event.ports[0];
    if (!electronPort) return;
    const id = nextPort++;
    const port = portOfElectron(electronPort);
    ports.set(id, port);
    toChild({ relay: 'open', port: id } satisfies RelayMessage);
    port.onMessage((message) => toChild({ relay: 'message', port: id, message } satisfies RelayMessage));
    port.onClose(() => {
      if (ports.delete(id)) toChild({ relay: 'close', port: id } satisfies RelayMessage);
    });
  });
  child.on('message', (message: unknown) => {
    if (!isRelayMessage(message)) {
      parentPort.postMessage(message);
      return;
    }
    const port = ports.get(message.port);
    if (message.relay === 'message') port?.post(message.message);
    else if (message.relay === 'close') port?.close();
  });
  const end = (code: number) => {
    for (const port of ports.values()) port.close();
    process.exit(code);
  };
  child.on('error', (error) => {
    console.error(`service: ${node} does not start: ${error.message}`);
    end(1);
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) console.error(`service: the child on the project's Node ended by ${signal ?? `code ${code}`}`);
    end(code ?? 1);
  });
}
