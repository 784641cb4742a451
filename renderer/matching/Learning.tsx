import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';

/** What each round of learning came to, on decisions that it had not seen. */
export function Learning({ rounds }: { rounds: ReplyOf<'matching.overview'>['rounds'] }) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  return (
    <section aria-labelledby="matching-learning">
      <h2 id="matching-learning">{t('learning.title')}</h2>
      <p className="lead">{t(rounds.length === 0 ? 'learning.none' : 'learning.lead')}</p>
      {rounds.length > 0 && (
        <table className="small-table" data-testid="matching-rounds">
          <thead>
            <tr>
              <th>{t('learning.version')}</th>
              <th>{t('learning.when')}</th>
              <th className="right">{t('learning.decisions')}</th>
              <th className="right">{t('learning.first')}</th>
              <th className="right">{t('learning.coverage')}</th>
              <th className="right">{t('learning.loss')}</th>
              <th>{t('learning.used')}</th>
            </tr>
          </thead>
          <tbody>
            {rounds.map((round) => (
              <tr key={round.version}>
                <td>{round.version}</td>
                <td>{format.dateTime(round.trainedAt)}</td>
                <td className="right">{format.number(round.decisions)}</td>
                <td className="right">
                  {format.share(round.before.first)} → {format.share(round.after.first)}
                </td>
                <td className="right">
                  {format.share(round.before.coverage)} → {format.share(round.after.coverage)}
                </td>
                <td className="right">
                  {format.score(round.before.loss * 10_000)} → {format.score(round.after.loss * 10_000)}
                </td>
                <td>
                  <Pill tone={round.verdict === 'better' ? 'ok' : 'dim'}>
                    {t(`learning.verdicts.${round.verdict}`)}
                  </Pill>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
