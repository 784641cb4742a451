import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SecretOperation, SecretStoreState } from '../../shared/host/messages.ts';

/** How values are sealed on this machine; null: not at all, and nothing is kept. */
export interface Sealing {
  seal(text: string): Promise<string>;
  unseal(sealed: string): Promise<string>;
}

export interface SecretFile {
  readonly state: SecretStoreState;
  run(request: SecretOperation): Promise<string | null>;
}

export interface SecretFileOptions {
  readonly file: string;
  readonly sealing: Sealing | null;
  readonly protection: SecretStoreState['protection'];
  /** ISO instant, for the name of a file that is kept aside. */
  readonly now: () => string;
  readonly write: (line: string) => void;
  /** Told every value that passes, so that no log shows it. */
  readonly hide: (secret: string) => void;
}

function isTable(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === 'string')
  );
}

/** Why nothing is kept where there is no key store, and what to do. */
export const noKeyStore =
  'This desktop has no key store that could seal the keys. Install or unlock one (GNOME Keyring, KWallet), or start Bindery with BINDERY_PLAIN_TEXT_SECRETS=1 to keep them as readable as the other files of this user account.';

/**
 * Sealed values in one file. What cannot be read is never written over: a file that is no table of secrets is kept aside under a
 * name of its own, and one that may not be read is left alone.
 */
export function openSecretFile(options: SecretFileOptions): SecretFile {
  const { file, sealing, protection, now, write, hide } = options;
  let problem: string | null = protection === 'none' ? noKeyStore : null;

  function parsed(text: string): Record<string, string> | null {
    try {
      const table: unknown = JSON.parse(text);
      return isTable(table) ? table : null;
    } catch {
      return null;
    }
  }

  function read(): Record<string, string> {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code === 'ENOENT') return {};
      throw new Error(`The file of secrets, ${file}, cannot be read (${code}). Give this user the right to read it.`);
    }
    const table = parsed(text);
    if (table) return table;
    const aside = `${file}.unreadable-${now().replace(/[:.]/g, '-')}`;
    renameSync(file, aside);
    problem = `The file of secrets was damaged and is kept at ${aside}. Enter the marketplace’s key and token again, and give sellers new credentials where their calls are signed.`;
    write(`secrets: ${problem}`);
    return {};
  }

  function replace(table: Record<string, string>): void {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(table), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  async function run(request: SecretOperation): Promise<string | null> {
    const table = read();
    if (request.operation === 'get') {
      const sealed = table[request.name];
      if (sealed === undefined) return null;
      try {
        if (!sealing) throw new Error(noKeyStore);
        const value = await sealing.unseal(sealed);
        hide(value);
        return value;
      } catch {
        write(`secrets: ${request.name} cannot be opened with this user's key; it has to be entered again.`);
        return null;
      }
    }
    const { [request.name]: _replaced, ...others } = table;
    if (request.value !== null) {
      if (!sealing) throw new Error(noKeyStore);
      hide(request.value);
      others[request.name] = await sealing.seal(request.value);
    }
    if (request.value !== null || request.name in table) replace(others);
    return null;
  }

  try {
    // what is wrong with it is said at the start, not when somebody connects
    read();
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
    write(`secrets: ${problem}`);
  }
  // one at a time: each reads and replaces the whole file
  let turn: Promise<unknown> = Promise.resolve();
  return {
    get state() {
      return { protection, problem };
    },
    run(request) {
      const answer = turn.then(() => run(request));
      turn = answer.catch(() => undefined);
      return answer;
    },
  };
}
