import { sql as cache } from './0010-cache.ts';
import { sql as workspace } from './0020-workspace.ts';

/** Every migration in order. The number is the schema version it leads to; gaps leave room for back-ports. */
export const migrations: readonly { readonly version: number; readonly name: string; readonly sql: string }[] = [
  { version: 10, name: 'cache', sql: cache },
  { version: 20, name: 'workspace', sql: workspace },
];
