import type { Status } from '../../../shared/contract/workspace.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Backend } from '../protocol/backend.ts';

export type StageName = Status['stages'][number]['name'];

export interface PullOptions {
  readonly database: ServiceDatabase;
  readonly backend: Pick<Backend, 'sellers' | 'catalog' | 'suggestions' | 'bindings'>;
  readonly ambient: Ambient;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Resolves at once, or when the operator resumes. */
  readonly unpaused: () => Promise<void>;
  readonly progress: (
    stage: StageName,
    state: 'running' | 'done' | 'failed',
    done: number,
    total: number | null,
    problem?: string,
  ) => void;
  /** SKUs that are new or changed, for the matcher's index. */
  readonly onSkus: (ids: readonly number[]) => Promise<void>;
  readonly onOffers: (result: { inserted: number; changed: readonly number[] }) => void;
  /** Nothing has arrived whole yet: nobody decides meanwhile, so more is written at once. */
  readonly initial: boolean;
}
