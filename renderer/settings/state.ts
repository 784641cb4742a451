import type { Settings } from '../../shared/contract/workspace.ts';

export const settingsSections = [
  'connect',
  'profile',
  'operators',
  'channels',
  'undo',
  'endpoints',
  'appearance',
  'about',
] as const;

/** What the service holds, and the way to ask again after a change. */
export interface SettingsState {
  readonly value: Settings | undefined;
  reload(): void;
}
