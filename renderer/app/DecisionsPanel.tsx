import { Drawer, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision } from '../../shared/contract/core.ts';
import { undoOf } from '../../shared/domain/decisions.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { DecisionPill } from '../components/Pill.tsx';
import { client } from '../connection/connection.ts';
import { useMay, useQuery } from '../connection/hooks.ts';
import { forgetHere } from './decided.ts';
import { useLayers } from './shell-commands.ts';

/** The decisions on their way, and those that need the operator; opened from the footer. */
export function DecisionsPanel() {
  const { t } = useTranslation('app');
  const opened = useLayers((layers) => layers.decisions);
  const [all, setAll] = useState(false);
  return (
    <Drawer
      opened={opened}
      onClose={() => useLayers.setState({ decisions: false })}
      position="right"
      size={460}
      title={<b>{t('decisions.title')}</b>}
      shadow="none"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('close') }}
      attributes={{ content: { 'data-testid': 'decisions-panel' } }}
    >
      <SegmentedControl
        size="xs"
        value={all ? 'all' : 'open'}
        onChange={(value) => setAll(value === 'all')}
        data={[
          { value: 'open', label: t('decisions.open') },
          { value: 'all', label: t('decisions.all') },
        ]}
      />
      {opened && <DecisionList all={all} />}
    </Drawer>
  );
}

function DecisionList({ all }: { all: boolean }) {
  const { t } = useTranslation('app');
  const list = useQuery(
    'decisions.list',
    all ? { limit: 100 } : { states: ['held', 'pending', 'sent', 'conflict', 'failed'], limit: 200 },
    { refreshOn: ['status.changed', 'rows.changed'] },
  );
  const decisions = list.data?.decisions ?? [];
  const takenBack = new Set(
    decisions.flatMap(({ compensates, state }) => (compensates === null || state !== 'confirmed' ? [] : [compensates])),
  );
  const urgent = (decision: Decision) => (decision.state === 'conflict' || decision.state === 'failed' ? 0 : 1);
  if (list.data && decisions.length === 0) return <p className="tone-dim">{t('decisions.empty')}</p>;
  return (
    <div className="decisions-panel">
      <ul>
        {decisions
          .toSorted((one, other) => (all ? 0 : urgent(one) - urgent(other)))
          .map((decision) => (
            <DecisionLine
              key={decision.decisionId}
              decision={decision}
              takenBack={takenBack.has(decision.decisionId)}
              onDone={list.refresh}
            />
          ))}
      </ul>
    </div>
  );
}

interface DecisionLineProps {
  readonly decision: Decision;
  /** Another decision took it back after it had been applied, and the marketplace has confirmed that. */
  readonly takenBack: boolean;
  onDone(): void;
}

function DecisionLine({ decision, takenBack, onDone }: DecisionLineProps) {
  const { t } = useTranslation('app');
  const format = useFormat();
  const run = useRun();
  const may = useMay('review');
  const stuck = decision.state === 'conflict' || decision.state === 'failed';
  const undo = undoOf(decision.kind, decision.state);
  const { decisionId } = decision;
  const resolve = (action: 'retry' | 'discard') =>
    run(async () => {
      await client.call('decisions.resolve', { decisionId, action });
      onDone();
    });
  const facts = [
    t(`kinds.${decision.kind}`),
    ...(decision.skuId === null ? [] : [t('decisions.sku', { id: decision.skuId })]),
    t('decisions.by', { name: decision.operatorName, age: format.age(decision.decidedAt) }),
    ...(decision.attempts > 1 ? [t('decisions.attempts', { count: decision.attempts })] : []),
  ];
  return (
    <li data-testid={`decision-${decisionId}`}>
      <div className="line">
        <b title={decision.title}>{decision.title}</b>
        {takenBack ? (
          <span className="tone-dim">{t('decisions.takenBack')}</span>
        ) : (
          <DecisionPill state={decision.state} />
        )}
      </div>
      <span className="tone-dim">{facts.join(' · ')}</span>
      {decision.problem && <span className={stuck ? 'tone-bad' : 'tone-warn'}>{decision.problem}</span>}
      {may && (
        <div className="line">
          {stuck && (
            <>
              <ActionButton small onClick={() => resolve('retry')} data-testid="decision-retry">
                {t('decisions.retry')}
              </ActionButton>
              <ActionButton small onClick={() => resolve('discard')} data-testid="decision-discard">
                {t('decisions.discard')}
              </ActionButton>
            </>
          )}
          {!stuck && !takenBack && (undo.how === 'cancel' || undo.how === 'compensate') && (
            <ActionButton
              small
              onClick={() =>
                run(async () => {
                  await client.call('decisions.undo', { decisionId });
                  forgetHere({ decisionId });
                  onDone();
                })
              }
            >
              {t('decisions.undo')}
            </ActionButton>
          )}
        </div>
      )}
    </li>
  );
}
