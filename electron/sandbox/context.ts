import type { State } from './state.ts';

/** How routes get at the state that a reset may have replaced. */
export interface Context {
  readonly state: () => State;
  readonly reset: () => void;
}
