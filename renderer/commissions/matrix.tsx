import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import type { Instant } from '../../shared/domain/brand.ts';
import { parseBasisPoints } from '../../shared/domain/exact.ts';
import type { CellEdit, ViewColumn } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { notify } from '../components/notify.tsx';
import { loadedSource, type Numbered } from '../components/pane/loadedSource.ts';
import { client } from '../connection/connection.ts';
import { subtreeOf } from './filters.ts';
import { type DraftChanges, useCommissionChange, useRate } from './state.ts';

type Part = 'product' | 'freight';
type MatrixRow = ReplyOf<'commissions.matrix'>['rows'][number] & { readonly position: number };
interface MatrixFilter {
  readonly draftId: string | null;
  readonly part: Part;
  /** Null: now. */
  readonly at: Instant | null;
  readonly sellerIds: readonly (string | null)[];
  readonly categoryId: number | null;
}

const source = loadedSource<MatrixRow, MatrixFilter, 'position'>({
  list: null,
  async load({ draftId, part, at, sellerIds, categoryId }) {
    const answer = await client.call('commissions.matrix', {
      part,
      sellerIds: [...sellerIds],
      ...(at !== null && { at }),
      ...(draftId !== null && { draftId }),
    });
    return subtreeOf(answer.rows, categoryId).map((row, position) => ({ ...row, position }));
  },
  keyOf: (row) => String(row.categoryId),
  compare: (one, other) => one.position - other.position,
});
const sort = { column: 'position', direction: 'ascending' } as const;

interface MatrixProps {
  readonly draftId: string | null;
  readonly part: Part;
  /** Null: now. */
  readonly at: Instant | null;
  readonly validFrom: Instant | null;
  /** The marketplace's: the zone that the day is one of. */
  readonly timeZone: string;
  readonly sellers: readonly { readonly sellerId: string; readonly name: string }[];
  /** Only this category and those below it; null: all. */
  readonly categoryId: number | null;
  readonly changes: DraftChanges;
  readonly mayEdit: boolean;
}

/** The percentages of every category and seller, as in a spreadsheet: inherited ones grey, those set here bold. */
export function CommissionMatrix({
  draftId,
  part,
  at,
  validFrom,
  timeZone,
  sellers,
  categoryId,
  changes,
  mayEdit,
}: MatrixProps) {
  const { t } = useTranslation('commissions');
  const rateText = useRate();
  const grid = useRef<ViewGridHandle>(null);
  // the same sellers again are no other list: what is marked in it stays
  const sellersKey = JSON.stringify(sellers.map(({ sellerId }) => sellerId));
  const sellerIds = useMemo(
    (): readonly (string | null)[] => [null, ...(JSON.parse(sellersKey) as string[])], // written above
    [sellersKey],
  );
  const filter = useMemo(
    () => ({ draftId, part, at, sellerIds, categoryId }),
    [draftId, part, at, sellerIds, categoryId],
  );
  useCommissionChange(() => grid.current?.refresh());
  const columns = useMemo((): readonly ViewColumn<Numbered<MatrixRow>, 'position'>[] => {
    const titles = [t('grid.everybody'), ...sellers.map(({ name }) => name)];
    return [
      {
        id: 'category',
        title: t('grid.category'),
        pinned: true,
        width: 230,
        minWidth: 160,
        text: (row) => (row.categoryId === null ? t('grid.default') : row.name),
        render: (row) => (
          <span style={{ paddingLeft: row.depth * 14 }}>{row.categoryId === null ? t('grid.default') : row.name}</span>
        ),
      },
      ...titles.map(
        (title, index): ViewColumn<Numbered<MatrixRow>, 'position'> => ({
          id: `seller-${sellerIds[index] ?? ''}`,
          title,
          width: 112,
          align: 'right',
          editable: true,
          text: (row) => {
            const cell = row.cells[index];
            return cell ? rateText(cell.rate) : '';
          },
          render: (row) => {
            const cell = row.cells[index];
            if (!cell) return <span className="tone-dim">–</span>;
            const title = t(cell.own ? 'grid.own' : 'grid.inherited');
            return (
              <span className={cell.own ? 'rate-own' : 'rate-inherited'} title={title} data-own={cell.own}>
                {rateText(cell.rate)}
                {cell.complex ? ' +' : ''}
              </span>
            );
          },
        }),
      ),
    ];
  }, [t, sellers, sellerIds, rateText]);

  const titleOf = (columnId: string): string => columns.find(({ id }) => id === columnId)?.title ?? columnId;
  const edit = (edits: readonly CellEdit<Numbered<MatrixRow>>[]) => {
    if (draftId === null) {
      notify({ message: t('why.noDraft'), tone: 'bad' });
      return;
    }
    const cells: RequestOf<'commissions.setCells'>['cells'] = [];
    const bad: string[] = [];
    for (const { row, columnId, text } of edits) {
      const rate = text.trim() === '' ? null : parseBasisPoints(text);
      if (rate === null && text.trim() !== '')
        bad.push(t('bad.cell', { text, category: row.name || t('grid.default'), seller: titleOf(columnId) }));
      else cells.push({ sellerId: columnId.slice('seller-'.length) || null, categoryId: row.categoryId, rate });
    }
    // a block is written whole or not at all
    if (bad.length > 0) {
      const shown = [...bad.slice(0, 3), ...(bad.length > 3 ? ['…'] : [])].join('; ');
      notify({ message: t('bad.cells', { count: bad.length, cells: shown }), tone: 'bad' });
      return;
    }
    void changes
      .perform(async () => {
        const request = { draftId, part, validFrom, timeZone, cells };
        const answer = await client.call('commissions.setCells', request);
        if (answer.skipped > 0)
          notify({ id: 'skipped', message: t('done.skipped', { count: answer.skipped }), tone: 'bad' });
        return answer;
      })
      .then(() => grid.current?.refresh());
  };
  return (
    <ViewGrid
      name="commissions"
      label={t('grid.label')}
      source={source}
      filter={filter}
      columns={columns}
      defaultSort={sort}
      handle={grid}
      {...(mayEdit && { onEdit: edit })}
    />
  );
}
