import { useTranslation } from 'react-i18next';
import type { Draft } from '../../shared/contract/commissions.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { useRuleText } from './ruleText.ts';
import { type DraftChanges, useCommissionChange } from './state.ts';

/** Rules that the draft and a newer version both changed: one of the two stays, and a person says which. */
export function Conflicts({ draft, changes, may }: { draft: Draft; changes: DraftChanges; may: boolean }) {
  const { t } = useTranslation('commissions');
  const client = useClient();
  const text = useRuleText();
  const found = useQuery('commissions.conflicts', { draftId: draft.draftId });
  useCommissionChange(found.refresh);
  const conflicts = found.data?.conflicts ?? [];
  const settle = (take: 'mine' | 'theirs', ruleIds: string[]) =>
    void changes.perform(() => client.call('commissions.resolve', { draftId: draft.draftId, take, ruleIds }));
  const isStill = !may || changes.busy || draft.state !== 'draft';
  const all = conflicts.map(({ ruleId }) => ruleId);
  return (
    <Section title={t('conflict.title')}>
      <p className="tone-bad" data-testid="draft-conflicts" data-count={draft.conflicts}>
        {t('conflict.count', { count: draft.conflicts })}
      </p>
      <table className="small-table">
        <tbody>
          {conflicts.slice(0, 50).map(({ ruleId, mine, theirs }) => {
            const one = mine ?? theirs;
            return (
              <tr key={ruleId}>
                <td>
                  {one && text.about(one)}
                  <div className="quiet">
                    {t('conflict.mine')}: {mine ? text.charges(mine) : t('change.removed')}
                    <br />
                    {t('conflict.theirs')}: {theirs ? text.charges(theirs) : t('change.removed')}
                  </div>
                </td>
                <td className="right">
                  <ActionButton small disabled={isStill} onClick={() => settle('mine', [ruleId])}>
                    {t('conflict.takeMine')}
                  </ActionButton>{' '}
                  <ActionButton small disabled={isStill} onClick={() => settle('theirs', [ruleId])}>
                    {t('conflict.takeTheirs')}
                  </ActionButton>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {conflicts.length > 1 && (
        <div className="bulk-row">
          <ActionButton small disabled={isStill} onClick={() => settle('mine', all)}>
            {t('conflict.allMine')}
          </ActionButton>
          <ActionButton small disabled={isStill} onClick={() => settle('theirs', all)}>
            {t('conflict.allTheirs')}
          </ActionButton>
        </div>
      )}
    </Section>
  );
}
