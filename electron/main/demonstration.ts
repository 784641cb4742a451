import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { utilityProcess } from 'electron';
import type { Log } from './log.ts';

/** The marketplace that Bindery shows itself on until the operator connects their own. */
export interface Demonstration {
  readonly url: string;
  readonly appKey: string;
  readonly appToken: string;
  stop(): void;
}

function addressOf(line: string): { url: string; appKey: string; appToken: string } | null {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) return null;
  const { url, appKey, appToken } = value as Record<string, unknown>; // each is looked at below
  return typeof url === 'string' && typeof appKey === 'string' && typeof appToken === 'string'
    ? { url, appKey, appToken }
    : null;
}

interface Child {
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  kill(): unknown;
  once(event: 'exit', listener: (code: number | null) => void): unknown;
}

/** A utility process; or, where the runtime's own Node is too old for its HTTP server, a child on the project's Node. */
function startSandbox(): Child {
  const entry = join(__dirname, 'sandbox.cjs');
  const node = process.env.BINDERY_NODE;
  if (node && Number(process.versions.node.split('.')[0]) < 20)
    return spawn(node, [entry.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {},
    });
  // it speaks to this machine only and needs nothing of ours
  const options = { serviceName: 'bindery-demonstration', stdio: ['ignore', 'pipe', 'pipe'], env: {} };
  return utilityProcess.fork(entry, [], options as Parameters<typeof utilityProcess.fork>[2] & object); // a tuple, not an array
}

/**
 * Starts the demonstration's marketplace in a process of its own, as `npm start` does beside the app.
 * @throws Error with what it said, when it ends before it is ready
 */
export function startDemonstration(log: Log): Promise<Demonstration> {
  return new Promise((resolve, reject) => {
    const child = startSandbox();
    const decoder = new StringDecoder('utf8');
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += decoder.write(chunk);
      const end = said.indexOf('\n');
      if (end < 0) return;
      const address = addressOf(said.slice(0, end));
      if (!address) return;
      log.hide(address.appToken);
      log.write(`demonstration: ${address.url}`);
      resolve({ ...address, stop: () => child.kill() });
    });
    child.stderr?.on('data', (chunk: Buffer) => log.write(`demonstration: ${String(chunk).trimEnd()}`));
    child.once('exit', (code) => reject(new Error(`The demonstration's marketplace ended with code ${code}.`)));
  });
}
