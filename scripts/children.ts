import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The repository's folder. */
export const root = join(import.meta.dirname, '..');

const running = new Set<ChildProcess>();
const patience = 8_000;

/** Starts a child that {@link endChildren} ends. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { cwd: root, ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Runs to the end; the code, or 1 when it was ended by a signal or did not start. */
export async function finished(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Asks a child to end, and kills it when it does not. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const deadline = setTimeout(() => child.kill('SIGKILL'), patience);
  await gone;
  clearTimeout(deadline);
}

export async function endChildren(): Promise<void> {
  await Promise.all([...running].map(end));
}

/** Ends all children when this process is told to end. `last` runs before, once. */
export function endWithChildren(last: () => Promise<void> = async () => undefined): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      void last()
        .then(endChildren)
        .finally(() => process.exit(0));
    });
  }
}

/** The first line on a child's stdout that is a JSON object. @throws when the child ends before it printed one */
export async function jsonLine(child: ChildProcess, name: string): Promise<Record<string, unknown>> {
  const stdout = child.stdout;
  if (!stdout) throw new Error(`${name} has no stdout`);
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      if (!line.startsWith('{')) return;
      try {
        resolve(JSON.parse(line) as Record<string, unknown>);
      } catch {
        // not the line that is waited for
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended (code ${code}) before it was ready`)));
  });
}

export interface SandboxAddress {
  readonly url: string;
  readonly appKey: string;
  readonly appToken: string;
}

/** Starts the sandbox in a process of its own and waits until it is ready. */
export async function startSandbox(args: readonly string[]): Promise<{ child: ChildProcess; sandbox: SandboxAddress }> {
  const child = start(process.execPath, ['electron/sandbox/cli.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, appKey, appToken } = await jsonLine(child, 'the sandbox');
  if (typeof url !== 'string' || typeof appKey !== 'string' || typeof appToken !== 'string') {
    throw new Error('the sandbox did not say where it is');
  }
  return { child, sandbox: { url, appKey, appToken } };
}

/** The port, or 0 (any free one) where somebody else listens on it. */
export function portOrAny(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen({ host: '127.0.0.1', port }, () => probe.close(() => resolve(port)));
  });
}
