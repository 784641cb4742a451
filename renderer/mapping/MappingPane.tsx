import { useDebouncedValue } from '@mantine/hooks';
import { type RefObject, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { type Option, OptionPicker } from '../components/pane/OptionPicker.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import type { Row, Suggested } from './source.ts';

interface MappingPaneProps {
  readonly row: Row | null;
  readonly selected: readonly Row[];
  /** Of the selected rows, those with a suggestion to apply. */
  readonly suggested: readonly Suggested[];
  readonly may: boolean;
  readonly busy: boolean;
  readonly canUndo: boolean;
  readonly field: RefObject<HTMLInputElement | null>;
  onMap(targetId: string): void;
  onBack(): void;
  onPickTarget(): void;
  onAccept(): void;
  onUnmap(): void;
  onApply(): void;
  onUndo(): void;
}

/** The value that is picked and its target; below, what applying the selection's suggestions would do. */
export function MappingPane(props: MappingPaneProps) {
  const { row, suggested, may, busy } = props;
  const { t } = useTranslation('mapping');
  const why = may ? undefined : t('why.role');
  return (
    <>
      {row ? (
        <Target key={row.id} {...props} row={row} />
      ) : (
        <EmptyState title={t('detail.label')} hint={t('detail.pick')} />
      )}
      <Preview {...props} />
      <section className="pane-actions" aria-label={t('action.label')}>
        <ActionButton
          primary={suggested.length > 0}
          keys="Shift+Enter"
          disabled={!may || busy || suggested.length === 0}
          title={why}
          onClick={props.onApply}
          data-testid="mapping-apply"
        >
          {t('action.apply')}
        </ActionButton>
        <ActionButton
          keys="Mod+Enter"
          disabled={!may || busy || !row?.suggestion || row.targetId === row.suggestion.targetId}
          title={why ?? (row && !row.suggestion ? t('why.noSuggestion') : undefined)}
          onClick={props.onAccept}
          data-testid="mapping-accept"
        >
          {t('action.accept')}
        </ActionButton>
        <ActionButton
          keys="Enter"
          disabled={!may || row === null}
          title={why}
          onClick={props.onPickTarget}
          data-testid="mapping-pick"
        >
          {t('action.map')}
        </ActionButton>
        <ActionButton
          keys="Delete"
          disabled={!may || busy || row === null || row.targetId === null}
          title={why ?? (row && row.targetId === null ? t('why.notMapped') : undefined)}
          onClick={props.onUnmap}
          data-testid="mapping-clear"
        >
          {t('action.clear')}
        </ActionButton>
        <ActionButton keys="Mod+Z" disabled={!may || busy || !props.canUndo} onClick={props.onUndo}>
          {t('action.undo')}
        </ActionButton>
      </section>
    </>
  );
}

function Target({ row, may, busy, field, onMap, onBack }: MappingPaneProps & { readonly row: Row }) {
  const { t } = useTranslation('mapping');
  const { t: app } = useTranslation('app');
  const format = useFormat();
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, 120);
  const targets = useQuery('mapping.targets', { kind: row.kind, text: settled.trim().slice(0, 100), limit: 30 });
  const { suggestion, targetId } = row;
  const options = useMemo((): readonly Option[] => {
    const mark = (id: string) => {
      if (id === targetId) return <Pill tone="ok">{t('detail.current')}</Pill>;
      if (id !== suggestion?.targetId) return undefined;
      return <Pill tone="accent">{t('detail.suggestion', { score: format.percent(suggestion.score / 10_000) })}</Pill>;
    };
    const found = (targets.data?.targets ?? []).map((target) => ({ id: target.targetId, title: target.targetName }));
    const prefilled =
      suggestion !== null && settled.trim() === '' ? [{ id: suggestion.targetId, title: suggestion.targetName }] : [];
    return [...prefilled, ...found.filter(({ id }) => id !== prefilled[0]?.id)].map((option) => ({
      ...option,
      mark: mark(option.id),
      disabled: option.id === targetId,
    }));
  }, [targets.data, suggestion, targetId, settled, t, format]);
  return (
    <div className="pane-body" data-testid="mapping-detail">
      <p className="pane-sub" style={{ margin: 0 }}>
        {t('detail.of', { seller: row.sellerName })}
      </p>
      <h2>{row.sellerValue}</h2>
      <p className="pane-sub">
        {t('detail.waiting', { count: row.waitingOffers })} ·{' '}
        {targetId === null ? t('detail.unmapped') : t('detail.mappedTo', { target: row.targetName ?? targetId })}
      </p>
      <p className="quiet">{t('detail.exact')}</p>
      {targets.error ? (
        <ErrorState error={targets.error} onRetry={targets.refresh} />
      ) : (
        <fieldset className="plain" disabled={!may}>
          <legend className="sr-only">{t('detail.targets')}</legend>
          <OptionPicker
            label={t(`detail.find.${row.kind}`)}
            placeholder={suggestion?.targetName ?? ''}
            hint={t('detail.hint')}
            field={field}
            text={text}
            onText={setText}
            options={options}
            note={options.length > 0 ? null : targets.loading ? app('loading') : t('detail.empty')}
            busy={busy || text !== settled}
            onPick={(option) => onMap(option.id)}
            onCancel={onBack}
            data-testid="mapping-target"
          />
        </fieldset>
      )}
    </div>
  );
}

function Preview({ selected, suggested }: MappingPaneProps) {
  const { t } = useTranslation('mapping');
  const format = useFormat();
  const offers = suggested.reduce((sum, row) => sum + row.waitingOffers, 0);
  const weakest = suggested.toSorted((one, other) => one.suggestion.score - other.suggestion.score).slice(0, 3);
  return (
    <section className="mapping-preview" aria-live="polite" data-testid="mapping-preview">
      {selected.length === 0 ? (
        <p className="quiet">{t('preview.none')}</p>
      ) : suggested.length === 0 ? (
        <p className="quiet">{t('preview.nothing', { selected: selected.length })}</p>
      ) : (
        <>
          <p>
            {t('preview.line', {
              selected: selected.length,
              apply: suggested.length,
              skip: selected.length - suggested.length,
              offers,
            })}
          </p>
          <p className="quiet">{t('preview.weakest')}</p>
          <ul className="plain-list">
            {weakest.map((row) => (
              <li key={row.id}>
                <span>{t('preview.sample', { value: row.sellerValue, target: row.suggestion.targetName })}</span>
                <span className="num tone-dim">{format.percent(row.suggestion.score / 10_000)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
