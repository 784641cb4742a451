import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import type { SecretOperation } from '../../shared/host/messages.ts';
import type { Log } from './log.ts';

/** Keys and tokens, sealed by the operating system's key store, in a file that only this user may read. */
export interface Secrets {
  run(request: SecretOperation): Promise<string | null>;
}

function isTable(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}

async function seal(text: string): Promise<string> {
  const sealed =
    'encryptStringAsync' in safeStorage && (await safeStorage.isAsyncEncryptionAvailable())
      ? await safeStorage.encryptStringAsync(text)
      : safeStorage.encryptString(text);
  return sealed.toString('base64');
}

async function unseal(sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, 'base64');
  if ('decryptStringAsync' in safeStorage && (await safeStorage.isAsyncEncryptionAvailable())) {
    return (await safeStorage.decryptStringAsync(bytes)).result;
  }
  return safeStorage.decryptString(bytes);
}

/** Says once how well this machine protects what is kept. @returns whether it does, or the person accepts that it does not */
function isProtected(log: Log, plainTextAllowed: boolean): boolean {
  // the older runtime cannot say which key store it found
  if (process.platform !== 'linux' || !('getSelectedStorageBackend' in safeStorage)) return true;
  const backend = safeStorage.getSelectedStorageBackend();
  if (backend !== 'basic_text' && backend !== 'unknown') return true;
  if (!plainTextAllowed) {
    log.write('secrets: this desktop has no key store (basic_text): keys are not kept.');
    return false;
  }
  // without a key store Electron refuses to seal unless it is told that this is understood
  safeStorage.setUsePlainTextEncryption(true);
  log.write(
    'secrets: this desktop has no key store (basic_text), so keys are only as safe as the files of this user account.',
  );
  return true;
}

/**
 * Opens the store in a folder; call it once the app is ready. Every value that passes is hidden from the log. Where the desktop would
 * keep them in plain text they are refused, unless `plainTextAllowed`.
 */
export function openSecrets(folder: string, log: Log, plainTextAllowed: boolean): Secrets {
  const isSafe = isProtected(log, plainTextAllowed);
  const file = join(folder, 'secrets.json');
  const read = (): Record<string, string> => {
    try {
      const table: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return isTable(table) ? table : {};
    } catch {
      return {};
    }
  };
  const write = (table: Record<string, string>) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(table), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  // one at a time: each reads and replaces the whole file
  let turn: Promise<unknown> = Promise.resolve();
  const run = async (request: SecretOperation): Promise<string | null> => {
    if (request.operation === 'get') {
      const sealed = read()[request.name];
      if (sealed === undefined) return null;
      try {
        const value = await unseal(sealed);
        log.hide(value);
        return value;
      } catch {
        log.write(`secrets: ${request.name} cannot be opened with this user's key; it has to be entered again.`);
        return null;
      }
    }
    const { [request.name]: _replaced, ...others } = read();
    if (request.value !== null) {
      if (!isSafe)
        throw new Error(
          'This desktop has no key store, so the key would be kept in plain text. Set one up (GNOME Keyring, KWallet), or start Bindery with BINDERY_PLAIN_TEXT_SECRETS=1 if you accept that.',
        );
      log.hide(request.value);
      others[request.name] = await seal(request.value);
    }
    write(others);
    return null;
  };
  return {
    run(request) {
      const answer = turn.then(() => run(request));
      turn = answer.catch(() => undefined);
      return answer;
    },
  };
}
