import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the shell was started with. The launcher passes it in the environment, so that keys are in no list of processes. */
export interface ShellOptions {
  readonly dataDirectory: string;
  readonly backendUrl: string | null;
  readonly appKey: string | null;
  readonly appToken: string | null;
  readonly profileKind: 'demo' | 'real';
  readonly endpointsPort: number;
  readonly publicUrl: string | null;
  /** The person accepts that keys are kept in plain text where the desktop has no key store. */
  readonly plainTextSecrets: boolean;
}

/** Where an application keeps its data on this platform, without asking Electron, whose own files go below it. */
function defaultDataDirectory(): string {
  const { env, platform } = process;
  const base =
    platform === 'win32'
      ? (env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'));
  return join(base, 'bindery');
}

/** Reads the shell's variables and removes them, so that no child process inherits a key. */
export function takeOptions(env: NodeJS.ProcessEnv): ShellOptions {
  const take = (name: string): string | null => {
    const value = env[name];
    delete env[name];
    return value === undefined || value === '' ? null : value;
  };
  const profileKind = take('BINDERY_PROFILE') === 'real' ? 'real' : 'demo';
  const port = Number(take('BINDERY_ENDPOINTS_PORT') ?? 0);
  return {
    profileKind,
    dataDirectory: take('BINDERY_DATA_DIR') ?? defaultDataDirectory(),
    backendUrl: take('BINDERY_BACKEND_URL'),
    appKey: take('BINDERY_APP_KEY'),
    appToken: take('BINDERY_APP_TOKEN'),
    endpointsPort: Number.isInteger(port) && port >= 0 && port < 65_536 ? port : 0,
    publicUrl: take('BINDERY_PUBLIC_URL'),
    plainTextSecrets: take('BINDERY_PLAIN_TEXT_SECRETS') === '1',
  };
}
