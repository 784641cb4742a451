import type { RequestOf } from '../../shared/contract/index.ts';

/** What the pane does to the list beside it. */
export interface PaneActions {
  undo(what?: RequestOf<'decisions.undo'>): void;
  /** Moves in the list. */
  step(by: number): void;
  /** Previews a bulk bind of the chosen rows. */
  bulk(): void;
  readonly selected: number;
  clearSelection(): void;
}
