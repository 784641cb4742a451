import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type UtilityProcess, utilityProcess } from 'electron';
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

/**
 * Starts the demonstration's marketplace in a process of its own, as `npm start` does beside the app.
 * @throws Error with what it said, when it ends before it is ready
 */
export function startDemonstration(log: Log): Promise<Demonstration> {
  return new Promise((resolve, reject) => {
    const child: UtilityProcess = utilityProcess.fork(join(__dirname, 'sandbox.cjs'), [], {
      serviceName: 'bindery-demonstration',
      stdio: ['ignore', 'pipe', 'pipe'],
      // it speaks to this machine only and needs nothing of ours
      env: {},
    });
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
