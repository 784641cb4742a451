import { useTranslation } from 'react-i18next';
import { useDecided } from '../app/decided.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import type { PaneActions } from './actions.ts';
import { setMode } from './review.ts';

interface ActionBarProps extends PaneActions {
  /** Of the chosen suggestion, from 1. */
  readonly rank: number;
  readonly canBind: boolean;
  readonly canDecide: boolean;
  readonly canUnblock: boolean;
  readonly denied: boolean;
  readonly denying: boolean;
  /** Nothing in the catalogue fits: a new product is what to do. */
  readonly isNew: boolean;
  onBind(): void;
  onUnblock(): void;
}

/** Every action of the review, each with its key. The keys are registered where the actions are. */
export function ActionBar(props: ActionBarProps) {
  const { t } = useTranslation(['offers', 'app']);
  const newest = useDecided(({ list }) => list.at(-1)?.title);
  const { canDecide } = props;
  return (
    <div className="pane-actions" role="toolbar" aria-label={t('actions.label')}>
      {props.denied ? (
        <ActionButton
          primary
          keys="U"
          disabled={!props.canUnblock}
          onClick={props.onUnblock}
          data-testid="action-unblock"
        >
          {t('actions.unblock')}
        </ActionButton>
      ) : (
        <>
          <ActionButton
            primary={!props.isNew}
            keys="B"
            disabled={!props.canBind}
            onClick={props.onBind}
            data-testid="action-bind"
          >
            {t('actions.bind', { rank: props.rank })}
          </ActionButton>
          <ActionButton keys="S" disabled={!canDecide} onClick={() => setMode('newSku')} data-testid="action-new-sku">
            {t('actions.newSku')}
          </ActionButton>
          <ActionButton
            primary={props.isNew}
            keys="P"
            disabled={!canDecide}
            onClick={() => setMode('newProduct')}
            data-testid="action-new-product"
          >
            {t('actions.newProduct')}
          </ActionButton>
          {props.denying ? (
            <ActionButton keys="Escape" onClick={() => setMode('review')} data-testid="action-back">
              {t('actions.back')}
            </ActionButton>
          ) : (
            <ActionButton keys="D" disabled={!canDecide} onClick={() => setMode('deny')} data-testid="action-deny">
              {t('actions.deny')}
            </ActionButton>
          )}
        </>
      )}
      <ActionButton keys="J" onClick={() => props.step(1)} data-testid="action-skip">
        {t('actions.skip')}
      </ActionButton>
      <ActionButton
        keys="Mod+Z"
        title={newest === undefined ? t('app:undo.nothingHere') : t('app:undo.newest', { title: newest })}
        onClick={() => props.undo()}
        data-testid="action-undo"
      >
        {t('app:undo.last')}
      </ActionButton>
      {props.selected > 0 && (
        <ActionButton keys="Shift+B" onClick={props.bulk} data-testid="action-bulk">
          {t('actions.bulkOf', { count: props.selected })}
        </ActionButton>
      )}
    </div>
  );
}
