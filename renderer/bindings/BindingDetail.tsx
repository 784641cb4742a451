import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BindingDetail as Detail } from '../../shared/contract/bindings.ts';
import type { DecisionId } from '../../shared/domain/brand.ts';
import { hrefOf } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import { DecisionPill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { StatePills } from './columns.tsx';

interface BindingDetailProps {
  readonly binding: Detail;
  readonly may: boolean;
  onResolve(decisionId: DecisionId, action: 'retry' | 'discard'): void;
}

const shortHistory = 6;

export function BindingDetail({ binding, may, onResolve }: BindingDetailProps) {
  const { t } = useTranslation('bindings');
  const format = useFormat();
  return (
    <div className="pane-body" data-testid="binding-detail">
      <h2>{binding.skuName}</h2>
      <p className="pane-sub">
        <a className="link" href={hrefOf('catalogue', { sku: String(binding.skuId) })} title={t('detail.openSku')}>
          {t('detail.sku', { sku: binding.skuId })}
        </a>{' '}
        ·{' '}
        <a className="link" href={hrefOf('sellers', { seller: binding.sellerId })}>
          {binding.sellerName}
        </a>{' '}
        · {t('detail.sellerSku', { sellerSku: binding.sellerSkuId })}
      </p>
      <p className="binding-now">
        <b className="num">{binding.price ? format.money(binding.price) : t('detail.noPrice')}</b>
        {binding.stock !== null && <span className="num">{t('detail.inStock', { stock: binding.stock })}</span>}
        <StatePills row={binding} />
      </p>
      <Channels binding={binding} />
      <History binding={binding} />
      <Section title={t('decisions.title')}>
        {binding.decisions.length === 0 ? (
          <p className="tone-dim">{t('decisions.empty')}</p>
        ) : (
          <Decisions binding={binding} may={may} onResolve={onResolve} />
        )}
      </Section>
    </div>
  );
}

function Channels({ binding }: { binding: Detail }) {
  const { t } = useTranslation('bindings');
  const format = useFormat();
  return (
    <Section title={t('channels.title')}>
      {binding.channels.length === 0 ? (
        <p className="tone-dim">{t('channels.empty')}</p>
      ) : (
        <table className="small-table" data-testid="binding-channels">
          <thead>
            <tr>
              <th scope="col">{t('channels.channel')}</th>
              <th scope="col" className="right">
                {t('channels.price')}
              </th>
              <th scope="col" className="right">
                {t('channels.listPrice')}
              </th>
              <th scope="col" className="right">
                {t('channels.stock')}
              </th>
              <th scope="col" className="right">
                {t('channels.checked')}
              </th>
            </tr>
          </thead>
          <tbody>
            {binding.channels.map((channel) => (
              <tr key={channel.salesChannel}>
                <th scope="row">{channel.salesChannel}</th>
                <td className="right">{format.money(channel.price) || '—'}</td>
                <td className="right">{format.money(channel.listPrice) || '—'}</td>
                <td className="right">{format.number(channel.stock)}</td>
                <td className="right" title={format.dateTime(channel.simulatedAt)}>
                  <Age instant={channel.simulatedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function History({ binding }: { binding: Detail }) {
  const { t } = useTranslation('bindings');
  const format = useFormat();
  const [all, setAll] = useState(false);
  const shown = all ? binding.history : binding.history.slice(0, shortHistory);
  if (binding.history.length === 0) {
    return (
      <Section title={t('history.title')}>
        <p className="tone-dim">{t('history.empty')}</p>
      </Section>
    );
  }
  return (
    <Section title={t('history.title')}>
      <table className="small-table small" data-testid="binding-history">
        <thead>
          <tr>
            <th scope="col">{t('history.when')}</th>
            <th scope="col">{t('channels.channel')}</th>
            <th scope="col" className="right">
              {t('channels.price')}
            </th>
            <th scope="col" className="right">
              {t('channels.stock')}
            </th>
            <th scope="col">{t('history.cause')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((entry) => (
            <tr key={`${entry.simulatedAt} ${entry.salesChannel} ${entry.cause}`}>
              <td title={format.dateTime(entry.simulatedAt)}>
                <Age instant={entry.simulatedAt} />
              </td>
              <td>{entry.salesChannel}</td>
              <td className="right">{format.money(entry.price) || '—'}</td>
              <td className="right">{format.number(entry.stock)}</td>
              <td>{t(`history.${entry.cause}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {binding.history.length > shortHistory && (
        <ActionButton small onClick={() => setAll(!all)} aria-expanded={all} className="below">
          {all ? t('history.fewer') : t('history.more', { count: binding.history.length })}
        </ActionButton>
      )}
    </Section>
  );
}

function Decisions({ binding, may, onResolve }: BindingDetailProps) {
  const { t } = useTranslation(['bindings', 'app']);
  const format = useFormat();
  return (
    <ul className="plain-list" data-testid="binding-decisions">
      {binding.decisions.map((decision) => {
        const stuck = decision.state === 'conflict' || decision.state === 'failed';
        return (
          <li key={decision.decisionId}>
            <span>
              {t(`app:kinds.${decision.kind}`)}{' '}
              <span className="tone-dim">
                {t('decisions.by', { name: decision.operatorName, when: format.age(decision.decidedAt) })}
              </span>
              {decision.problem !== null && <span className="problem">{decision.problem}</span>}
              {stuck && (
                <span className="row-actions">
                  <ActionButton small disabled={!may} onClick={() => onResolve(decision.decisionId, 'retry')}>
                    {t('decisions.retry')}
                  </ActionButton>
                  <ActionButton small disabled={!may} onClick={() => onResolve(decision.decisionId, 'discard')}>
                    {t('decisions.discard')}
                  </ActionButton>
                </span>
              )}
            </span>
            <DecisionPill state={decision.state} problem={decision.problem} />
          </li>
        );
      })}
    </ul>
  );
}
