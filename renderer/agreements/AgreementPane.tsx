import { FileButton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgreementVersion } from '../../shared/contract/agreements.ts';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { instantOf, type SellerId } from '../../shared/domain/brand.ts';
import { useRate } from '../commissions/state.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Ask, Section } from '../components/pane/Section.tsx';
import { EmptyState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { valueText, type Words } from './value-text.ts';

interface AgreementPaneProps {
  readonly sellerId: SellerId;
  readonly sellerName: string;
  readonly detail: ReplyOf<'agreements.detail'>;
  readonly may: boolean;
  onEdit(): void;
}

/** The versions of an agreement, each with what it changed; its documents; and whether the commissions say what was agreed. */
export function AgreementPane({ sellerId, sellerName, detail, may, onEdit }: AgreementPaneProps) {
  const { t } = useTranslation('agreements');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [asking, setAsking] = useState(false);
  const inForce = detail.versions.find((version) => version.inForce);
  const [newest] = detail.versions;
  return (
    <>
      <div className="pane-body" data-testid="agreement-pane">
        <h2>{sellerName}</h2>
        <p className="pane-sub">
          {inForce ? t('inForce', { number: inForce.number, day: format.date(inForce.validFrom) }) : t('noneInForce')}
        </p>
        {inForce && <AgreedCommission sellerId={sellerId} version={inForce} />}
        <Section title={t('versions')}>
          {detail.versions.length === 0 && <EmptyState title={t('empty.versions')} hint={t('empty.versionsHelp')} />}
          {detail.versions.map((version) => (
            <Version key={version.number} version={version} />
          ))}
        </Section>
        <Documents sellerId={sellerId} documents={detail.documents} may={may} />
      </div>
      {asking && newest && (
        <Ask
          title={t('withdraw.title')}
          text={t('withdraw.text', { number: newest.number, day: format.date(newest.validFrom) })}
        >
          <ActionButton
            danger
            onClick={() =>
              void run(async () => {
                await client.call('agreements.withdraw', { sellerId, number: newest.number });
                notify({ message: t('done.withdrawn', { number: newest.number }) });
              }).then(() => setAsking(false))
            }
            data-testid="agreement-withdraw-confirm"
          >
            {t('action.withdraw')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(false)}>{t('action.cancel')}</ActionButton>
        </Ask>
      )}
      <div className="pane-actions">
        <ActionButton
          primary
          keys="E"
          disabled={!may}
          title={may ? undefined : t('why.role')}
          onClick={onEdit}
          data-testid="agreement-edit"
        >
          {t(newest ? 'action.next' : 'action.first')}
        </ActionButton>
        {newest && (
          <ActionButton
            danger
            disabled={!may || !newest.isFuture}
            onClick={() => setAsking(true)}
            data-testid="agreement-withdraw"
          >
            {t('action.withdraw')}
          </ActionButton>
        )}
      </div>
    </>
  );
}

/** What was agreed beside what the rules in force charge for everything of the seller. */
function AgreedCommission({ sellerId, version }: { sellerId: SellerId; version: AgreementVersion }) {
  const { t } = useTranslation('agreements');
  const rateText = useRate();
  const at = useMemo(() => instantOf(Date.now()), []);
  const product = useQuery('commissions.matrix', { part: 'product', at, sellerIds: [sellerId] });
  const freight = useQuery('commissions.matrix', { part: 'freight', at, sellerIds: [sellerId] });
  const { commission } = version.terms;
  const lines = [
    { part: 'product' as const, agreed: commission.product, charged: product.data?.rows[0]?.cells[0]?.rate },
    { part: 'freight' as const, agreed: commission.freight, charged: freight.data?.rows[0]?.cells[0]?.rate },
  ].filter(({ agreed }) => agreed !== null);
  if (lines.length === 0) return null;
  return (
    <Section title={t('section.commission')}>
      {lines.map(({ part, agreed, charged }) => (
        <p key={part} className={charged === agreed ? '' : 'tone-warn'}>
          {t(`field.${part}`)}: {t('agreed', { rate: rateText(agreed ?? 0) })}
          {product.data && charged !== agreed && ` · ${t('charged', { rate: rateText(charged ?? 0) })}`}
        </p>
      ))}
    </Section>
  );
}

/** A field's path in words: `selection.minimumImages` by the names of the form. */
function usePathText(): (path: string) => string {
  const { t } = useTranslation('agreements');
  return (path) => {
    const parts = path.split('.');
    const last = parts.at(-1) ?? '';
    if (path.startsWith('scorecard.thresholds.')) {
      const [, , rate = '', limit] = parts;
      // the rates have their own names
      return `${t(`rate.${rate}` as 'rate.late')}${limit ? `: ${t(`scorecard.${limit}` as 'scorecard.warn')}` : ''}`;
    }
    return t(`field.${path === 'payout.days' ? 'payoutDays' : last}` as 'field.note');
  };
}

function Version({ version }: { version: AgreementVersion }) {
  const { t } = useTranslation('agreements');
  const format = useFormat();
  const pathText = usePathText();
  const rateText = useRate();
  const currency = useQuery('commissions.overview', {}).data?.currency ?? 'BRL';
  const words: Words = {
    rate: (value) => `${rateText(value)} %`,
    money: (value) => format.minor(value, currency),
    number: (value) => format.number(value),
    days: (count) => t('value.days', { count }),
    schedule: (value) => t(`schedule.${value}` as 'schedule.daily'),
    channel: (value) => t(`channel.${value}` as 'channel.email'),
    yes: t('value.yes'),
    no: t('value.no'),
    none: '—',
  };
  return (
    <details className="agreement-version" data-testid={`agreement-version-${version.number}`} open={version.inForce}>
      <summary>
        <b>{t('version', { number: version.number })}</b> {t('since', { day: format.dateTime(version.validFrom) })}{' '}
        {version.inForce && <Pill tone="ok">{t('state.inForce')}</Pill>}
        {version.isFuture && <Pill tone="accent">{t('state.future')}</Pill>}
        <div className="quiet">
          {version.author}, {format.dateTime(version.writtenAt)}
          {version.note !== '' && ` · ${version.note}`}
        </div>
      </summary>
      {version.differences.length === 0 ? (
        <p className="quiet">{t(version.number === 1 ? 'firstVersion' : 'noDifference')}</p>
      ) : (
        <table className="small-table small" data-testid="agreement-diff">
          <tbody>
            {version.differences.map(({ path, before, after }) => (
              <tr key={path} data-path={path}>
                <td>{pathText(path)}</td>
                <td>
                  <del>{valueText(path, before, words)}</del>
                </td>
                <td>
                  <ins>{valueText(path, after, words)}</ins>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

interface DocumentsProps {
  readonly sellerId: SellerId;
  readonly documents: ReplyOf<'agreements.detail'>['documents'];
  readonly may: boolean;
}

/** Bytes as base 64, in pieces that the argument list of a call can hold. */
function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

function Documents({ sellerId, documents, may }: DocumentsProps) {
  const { t } = useTranslation('agreements');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const attach = (file: File | null) => {
    if (!file) return;
    void run(async () => {
      const content = base64Of(new Uint8Array(await file.arrayBuffer()));
      await client.call('agreements.attach', { sellerId, name: file.name, type: file.type, content });
    });
  };
  const open = (documentId: string) =>
    void run(async () => {
      const { name, content } = await client.call('agreements.document', { documentId });
      const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      // always a download, never shown: what a seller sends is not to run here
      const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      URL.revokeObjectURL(url);
    });
  return (
    <Section title={t('documents')}>
      <ul className="plain-list">
        {documents.map(({ documentId, name, size, author, at }) => (
          <li key={documentId}>
            <span>
              <button type="button" className="link" onClick={() => open(documentId)}>
                {name}
              </button>
              <div className="quiet">
                {t('documentLine', { size: Math.ceil(size / 1_024), author, when: format.dateTime(at) })}
              </div>
            </span>
            <ActionButton
              small
              danger
              disabled={!may}
              onClick={() => void run(() => client.call('agreements.detach', { documentId }))}
            >
              {t('action.detach')}
            </ActionButton>
          </li>
        ))}
      </ul>
      <FileButton onChange={attach} inputProps={{ 'aria-label': t('action.attach') }}>
        {(props) => (
          <ActionButton small className="below" disabled={!may} onClick={props.onClick}>
            {t('action.attach')}
          </ActionButton>
        )}
      </FileButton>
    </Section>
  );
}
