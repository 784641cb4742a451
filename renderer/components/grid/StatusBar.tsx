import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type SelectionStore, selectedCount } from './selection.ts';
import type { ViewState } from './view.ts';

/** What a range of cells adds up to. */
export interface RangeSummary {
  readonly cells: number;
  readonly sum: string | null;
  readonly average: string | null;
}

export function StatusBar(props: {
  view: ViewState;
  selection: SelectionStore;
  range: RangeSummary | null;
  onClear: () => void;
}) {
  const { t } = useTranslation('grid');
  const { view, range } = props;
  const selection = useStore(props.selection);
  const selected = selectedCount(selection, view.count);
  return (
    <div className="grid-status" role="status" data-testid="grid-status" data-count={view.count}>
      <span>{view.complete ? t('rows', { count: view.count }) : t('counting', { count: view.count })}</span>
      {selected > 0 && (
        <span className="tone-accent" data-testid="grid-selected">
          {t('selected', { count: selected })}{' '}
          <button type="button" className="link" onClick={props.onClear}>
            {t('clearSelection')}
          </button>
        </span>
      )}
      {range && range.cells > 1 && (
        <span>
          {[
            t('cells', { count: range.cells }),
            ...(range.sum === null ? [] : [t('sum', { value: range.sum })]),
            ...(range.average === null ? [] : [t('average', { value: range.average })]),
          ].join(' · ')}
        </span>
      )}
    </div>
  );
}
