import { create } from 'zustand';
import type { RequestOf } from '../../shared/contract/index.ts';
import type { MappingKind, MappingRow } from '../../shared/contract/mapping.ts';
import { loadedSource, type Numbered } from '../components/pane/loadedSource.ts';
import { client } from '../connection/connection.ts';

export type MappingColumn = 'seller' | 'value' | 'waiting' | 'target';
export const mappingKinds: readonly MappingKind[] = ['category', 'brand', 'specification', 'channel'];
export type MappingEntry = RequestOf<'mapping.apply'>['entries'][number];
export type Row = Numbered<MappingRow>;

export interface MappingFilter {
  readonly kind: MappingKind;
  readonly sellerId: string | null;
  readonly unmappedOnly: boolean;
  readonly text: string;
}

/** How many values of the kind on screen have no target yet. */
export const useUnmapped = create<{ unmapped: number; shown: number }>()(() => ({ unmapped: 0, shown: 0 }));

function compare(one: MappingRow, other: MappingRow, column: MappingColumn): number {
  switch (column) {
    case 'seller':
      return one.sellerName.localeCompare(other.sellerName) || one.sellerValue.localeCompare(other.sellerValue);
    case 'value':
      return one.sellerValue.localeCompare(other.sellerValue) || one.sellerName.localeCompare(other.sellerName);
    case 'waiting':
      return one.waitingOffers - other.waitingOffers;
    case 'target':
      return targetText(one).localeCompare(targetText(other));
  }
}
const targetText = (row: MappingRow) => row.targetName ?? row.targetId ?? '';

export const mappingSource = loadedSource<MappingRow, MappingFilter, MappingColumn>({
  list: null,
  async load({ sellerId, ...filter }) {
    const answer = await client.call('mapping.list', { ...filter, ...(sellerId && { sellerId }) });
    useUnmapped.setState({ unmapped: answer.unmapped, shown: answer.rows.length });
    return answer.rows;
  },
  keyOf: (row) => JSON.stringify([row.kind, row.sellerId, row.sellerValue]),
  compare,
});

export const entryOf = (row: MappingRow, targetId: string | null): MappingEntry => ({
  sellerId: row.sellerId,
  kind: row.kind,
  sellerValue: row.sellerValue,
  targetId,
});

export type Suggested = Row & { readonly suggestion: NonNullable<MappingRow['suggestion']> };

/** The rows that have a suggestion, and no target yet. */
export const suggestedOf = (rows: readonly Row[]): readonly Suggested[] =>
  rows.filter((row): row is Suggested => row.suggestion !== null && row.targetId === null);
