import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../app/commands.ts';
import { useFormat } from '../components/format.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { useUndo } from '../offers/useDecide.tsx';
import { type Group, GroupPane } from './GroupPane.tsx';

const nameOf = (group: Group): string => group.offers[0]?.title ?? '';
const keyOf = (group: Group): number => group.offers[0]?.offerId ?? 0;

/** Products that the catalogue lacks and several sellers offer: each is created once, for all of its offers. */
export function Missing() {
  const { t } = useTranslation('matching');
  const format = useFormat();
  const found = useQuery('matching.groups', {}, { refreshOn: ['list.changed'], calm: 3_000 });
  const undo = useUndo(null);
  useCommands([
    { id: 'matching.undo', title: t('missing.undo'), group: t('title'), keys: ['Mod+Z'], run: () => undo() },
  ]);
  const [open, setOpen] = useState<number | null>(null);
  if (found.error) return <ErrorState error={found.error} onRetry={found.refresh} />;
  if (!found.data) return null;
  const { groups, looked, isAll } = found.data;
  const chosen = groups.find((group) => keyOf(group) === open);
  return (
    <section aria-labelledby="matching-missing">
      <h2 id="matching-missing">{t('missing.title')}</h2>
      <p className="lead">
        {t('missing.lead')} {!isAll && t('missing.some', { looked })}
      </p>
      {groups.length === 0 ? (
        <EmptyState title={t('missing.none')} hint={t('missing.noneHelp')} />
      ) : (
        <div className="matching-two">
          <table className="small-table" data-testid="missing-groups">
            <thead>
              <tr>
                <th>{t('missing.product')}</th>
                <th className="right">{t('missing.sellers')}</th>
                <th className="right">{t('missing.offers')}</th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={keyOf(group)} aria-selected={group === chosen}>
                  <td>
                    <button
                      type="button"
                      className="link"
                      onClick={() => setOpen(keyOf(group))}
                      data-testid={`missing-${keyOf(group)}`}
                    >
                      {nameOf(group)}
                    </button>
                  </td>
                  <td className="right">{format.number(group.sellers)}</td>
                  <td className="right">{format.number(group.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {chosen ? (
            <GroupPane
              key={keyOf(chosen)}
              group={chosen}
              undo={undo}
              onDone={() => {
                setOpen(null);
                found.refresh();
              }}
            />
          ) : (
            <EmptyState title={t('missing.choose')} hint={t('missing.chooseHelp')} />
          )}
        </div>
      )}
    </section>
  );
}
