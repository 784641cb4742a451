import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the demonstration's marketplace keeps what was done to it, below the data directory. */
export const demonstrationFile = (data: string): string => join(data, 'demonstration.jsonl');

/** Where Bindery keeps its data on this platform. The service gives each profile, demonstration and real, a folder below. */
export function dataDirectory(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const { env, platform } = process;
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'bindery');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'bindery');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'bindery');
}
