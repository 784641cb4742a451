import { keyLabel } from '../app/commands.ts';

/** The key of an action, as people read it. */
export function Kbd({ keys }: { keys: string }) {
  return <kbd className="kbd">{keyLabel(keys)}</kbd>;
}
