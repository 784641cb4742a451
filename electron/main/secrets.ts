import { join } from 'node:path';
import { safeStorage } from 'electron';
import type { SecretStoreState } from '../../shared/host/messages.ts';
import type { Log } from './log.ts';
import { noKeyStore, openSecretFile, type Sealing, type SecretFile } from './secret-file.ts';

/** Keys and tokens, sealed by the operating system's key store, in a file that only this user may read. */
export type Secrets = SecretFile;

const sealing: Sealing = {
  async seal(text) {
    const sealed =
      'encryptStringAsync' in safeStorage && (await safeStorage.isAsyncEncryptionAvailable())
        ? await safeStorage.encryptStringAsync(text)
        : safeStorage.encryptString(text);
    return sealed.toString('base64');
  },
  async unseal(sealed) {
    const bytes = Buffer.from(sealed, 'base64');
    if ('decryptStringAsync' in safeStorage && (await safeStorage.isAsyncEncryptionAvailable())) {
      return (await safeStorage.decryptStringAsync(bytes)).result;
    }
    return safeStorage.decryptString(bytes);
  },
};

/** How well this machine protects what is kept. @param plainAllowed the person insists on keeping it without a key store */
function protectionHere(plainAllowed: boolean, log: Log): SecretStoreState['protection'] {
  // the older runtime cannot say which key store it found
  if (process.platform !== 'linux' || !('getSelectedStorageBackend' in safeStorage)) return 'system';
  const backend = safeStorage.getSelectedStorageBackend();
  if (backend !== 'basic_text' && backend !== 'unknown') return 'system';
  if (!plainAllowed) {
    log.write(`secrets: ${noKeyStore}`);
    return 'none';
  }
  // Electron refuses to seal without a key store unless it is told that this is understood
  safeStorage.setUsePlainTextEncryption(true);
  log.write(
    'secrets: this desktop has no key store (basic_text), so keys are only as safe as the files of this user account.',
  );
  return 'plain';
}

/** Opens the store in a folder; call it once the app is ready. Every value that passes is hidden from the log. */
export function openSecrets(folder: string, log: Log, plainAllowed: boolean): Secrets {
  const protection = protectionHere(plainAllowed, log);
  return openSecretFile({
    file: join(folder, 'secrets.json'),
    sealing: protection === 'none' ? null : sealing,
    protection,
    now: () => new Date().toISOString(),
    write: (line) => log.write(line),
    hide: (secret) => log.hide(secret),
  });
}
