import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Log {
  write(line: string): void;
  /** From now on this value is written as `[redacted]`. */
  hide(secret: string | null): void;
  readonly folder: string;
}

const kept = 14;
/** Values of credentials in whatever a dependency prints. */
const credential =
  /((?:authorization|x-vtex-api-app(?:key|token)|app(?:key|token)|password)["']?\s*[:=]\s*["']?)[^\s"',}]+/gi;

/** Removes secrets from a line: those that are known, and whatever looks like one. */
export function redact(line: string, secrets: Iterable<string>): string {
  let clean = line;
  for (const secret of secrets) clean = clean.replaceAll(secret, '[redacted]');
  return clean.replace(credential, '$1[redacted]');
}

/** One file a day, the last fourteen kept; lines also go to the terminal. Nothing secret is written to either. */
export function openLog(folder: string): Log {
  const secrets = new Set<string>();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const old = readdirSync(folder).filter((name) => /^bindery-\d{4}-\d\d-\d\d\.log$/.test(name));
  for (const name of old.sort().slice(0, -kept)) rmSync(join(folder, name), { force: true });
  return {
    folder,
    write(line) {
      const now = new Date().toISOString();
      const clean = redact(line, secrets);
      // a handful of lines a minute: written at once, so that the last one before a crash is there
      appendFileSync(join(folder, `bindery-${now.slice(0, 10)}.log`), `${now} ${clean}\n`, { mode: 0o600 });
      process.stderr.write(`${clean}\n`);
    },
    hide(secret) {
      if (secret && secret.length >= 4) secrets.add(secret);
    },
  };
}
