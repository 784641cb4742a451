import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { hrefOf } from '../app/routes.ts';
import { useFormat } from '../components/format.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { matching as english } from '../i18n/en/matching.ts';
import { offers as englishOffers } from '../i18n/en/offers.ts';

type Counted = ReplyOf<'matching.report'>['denials'];

/** How good suggestions have been, why offers are denied, whose data is poor, and what would help most. */
export function Report() {
  const { t } = useTranslation(['matching', 'offers']);
  const format = useFormat();
  const report = useQuery('matching.report', {});
  if (report.error) return <ErrorState error={report.error} onRetry={report.refresh} />;
  if (!report.data) return null;
  const { weeks, denials, sellers, settle, missing } = report.data;
  const reasons = englishOffers.deny.reasons;
  return (
    <>
      <section aria-labelledby="report-weeks">
        <h2 id="report-weeks">{t('report.weeks')}</h2>
        {weeks.length === 0 ? (
          <EmptyState title={t('report.noWeeks')} hint={t('report.noWeeksHelp')} />
        ) : (
          <table className="small-table" data-testid="report-weeks">
            <thead>
              <tr>
                <th>{t('report.week')}</th>
                <th className="right">{t('report.decisions')}</th>
                <th className="right">{t('report.right')}</th>
                <th aria-hidden />
                <th className="right">{t('report.autoBound')}</th>
                <th className="right">{t('report.putRight')}</th>
              </tr>
            </thead>
            <tbody>
              {weeks.map((week) => {
                const share = week.decisions === 0 ? 0 : week.right / week.decisions;
                return (
                  <tr key={week.week}>
                    <td>{format.date(week.week)}</td>
                    <td className="right">{format.number(week.decisions)}</td>
                    <td className="right">{week.decisions === 0 ? '' : format.share(Math.round(share * 10_000))}</td>
                    <td>
                      <meter value={share} aria-hidden />
                    </td>
                    <td className="right">{format.number(week.autoBound)}</td>
                    <td className="right">{format.number(week.putRight)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </section>
      <div className="matching-two">
        <section aria-labelledby="report-sellers">
          <h2 id="report-sellers">{t('report.sellers')}</h2>
          <table className="small-table" data-testid="report-sellers">
            <thead>
              <tr>
                <th>{t('report.seller')}</th>
                {(['waiting', 'noGtin', 'noBrand', 'noImage', 'denied'] as const).map((name) => (
                  <th key={name} className="right">
                    {t(`report.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sellers.map((seller) => (
                <tr key={seller.sellerId}>
                  <td>{seller.name}</td>
                  <td className="right">{format.number(seller.waiting)}</td>
                  {(['noGtin', 'noBrand', 'noImage'] as const).map((name) => (
                    <td key={name} className="right">
                      {format.number(seller[name])}{' '}
                      <span className="quiet">{format.percent(seller[name] / Math.max(1, seller.waiting))}</span>
                    </td>
                  ))}
                  <td className="right">{format.number(seller.denied)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <div>
          <section aria-labelledby="report-missing">
            <h2 id="report-missing">{t('report.missing')}</h2>
            {missing.length === 0 && <p className="quiet">{t('report.noneMissing')}</p>}
            <table className="small-table" data-testid="report-missing">
              <tbody>
                {missing.map((one) => (
                  <tr key={one.search}>
                    <td>
                      <a className="link" href={hrefOf('offers', { text: one.search })}>
                        {one.title}
                      </a>
                    </td>
                    <td className="right">{t('report.offeredBy', { offers: one.offers, sellers: one.sellers })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <Counts
            title={t('report.help')}
            rows={settle}
            say={(name) => (isKey(english.settle, name) ? t(`settle.${name}`) : name)}
          />
          <Counts
            title={t('report.denials')}
            rows={denials}
            say={(name) => (isKey(reasons, name) ? t(`offers:deny.reasons.${name}`) : name)}
          />
        </div>
      </div>
    </>
  );
}

function isKey<Table extends object>(table: Table, key: string): key is Extract<keyof Table, string> {
  return Object.hasOwn(table, key);
}

function Counts({ title, rows, say }: { title: string; rows: Counted; say(name: string): string }) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 && <p className="quiet">{t('report.nothing')}</p>}
      <table className="small-table">
        <tbody>
          {rows.map(({ name, count }) => (
            <tr key={name}>
              <td>{say(name)}</td>
              <td className="right">{format.number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
