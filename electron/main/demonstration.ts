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
}

function addressOf(line: string): Demonstration | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
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
  on(event: 'error', listener: (...what: unknown[]) => void): unknown;
}

/** A utility process; or, where the runtime's own Node is too old for its HTTP server, a child on the project's Node. */
/** @param keep the file in which what is done to it is kept */
function startSandbox(keep: string): Child {
  const entry = join(__dirname, 'sandbox.cjs');
  const node = process.env.BINDERY_NODE;
  if (node && Number(process.versions.node.split('.')[0]) < 20)
    return spawn(node, [entry.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked'), '--keep', keep], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {},
    });
  // it speaks to this machine only and needs nothing of ours
  const options = { serviceName: 'bindery-demonstration', stdio: ['ignore', 'pipe', 'pipe'], env: {} };
  return utilityProcess.fork(entry, ['--keep', keep], options as Parameters<typeof utilityProcess.fork>[2] & object); // a tuple, not an array
}

/**
 * Starts the demonstration's marketplace in a process of its own, as `npm start` does beside the app.
 * @param folder where what is done to it is kept, so that the next start shows it as it was left
 * @param onStarted told at once how the process is ended, ready or not
 * @throws Error with what it said, when it ends before it is ready
 */
export function startDemonstration(
  folder: string,
  log: Log,
  onStarted: (stop: () => void) => void,
): Promise<Demonstration> {
  return new Promise((resolve, reject) => {
    const child = startSandbox(join(folder, 'demonstration.jsonl'));
    onStarted(() => child.kill());
    const decoder = new StringDecoder('utf8');
    let said = '';
    let isReady = false;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (isReady) return;
      const lines = (said + decoder.write(chunk)).split('\n');
      said = lines.pop() ?? '';
      for (const line of lines) {
        const address = addressOf(line);
        if (!address) continue;
        isReady = true;
        log.hide(address.appToken);
        log.write(`demonstration: ${address.url}`);
        resolve(address);
        return;
      }
    });
    child.on('error', (...what) =>
      reject(new Error(`The demonstration's marketplace does not start: ${what.map(String).join(' ')}.`)),
    );
    child.stderr?.on('data', (chunk: Buffer) => log.write(`demonstration: ${String(chunk).trimEnd()}`));
    child.once('exit', (code) => reject(new Error(`The demonstration's marketplace ended with code ${code}.`)));
  });
}
