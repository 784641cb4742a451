import { FileButton, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft, ImportPreview } from '../../shared/contract/commissions.ts';
import { csvLine } from '../../shared/domain/csv.ts';
import { startOfDayIn } from '../../shared/domain/days.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { hideNote, notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Ask, Section } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';
import { Bulk } from './Bulk.tsx';
import { Conflicts } from './Conflicts.tsx';
import { type DraftChanges, download, type Overview, useCommissionChange } from './state.ts';
import { tableOfWorkbook, workbookOf } from './workbook.ts';

interface DraftPaneProps {
  readonly overview: Overview;
  readonly draft: Draft | null;
  readonly changes: DraftChanges;
  readonly may: boolean;
  onDraft(draftId: string | null): void;
  /** To where it is sent to the marketplace. */
  onSend(): void;
}

/** What a draft changes, its table in and out, and the way into force. */
export function DraftPane({ overview, draft, changes, may, onDraft, onSend }: DraftPaneProps) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const maySettings = useMay('settings');
  const [asking, setAsking] = useState<'activate' | 'discard' | null>(null);
  const [day, setDay] = useState('');
  const [busy, setBusy] = useState(false);
  const bad = useQuery('commissions.problems', { draftId: draft?.draftId ?? '' }, { enabled: draft !== null });
  useCommissionChange(bad.refresh);
  const problems = draft === null ? 0 : (bad.data?.count ?? 0);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    await run(work);
    setBusy(false);
    setAsking(null);
  };
  const activate = () =>
    act(async () => {
      if (!draft) return;
      const { version } = await client.call('commissions.activate', {
        draftId: draft.draftId,
        activateAt: startOfDayIn(day, overview.timeZone),
      });
      notify({
        id: `activated-${draft.draftId}`,
        message:
          version === null ? (
            t('done.scheduled')
          ) : (
            <span className="undo-note">
              <span>{t('done.activated', { version })}</span>
              <ActionButton small onClick={onSend} data-testid="send-now">
                {t('done.sendNow')}
              </ActionButton>
            </span>
          ),
        time: 9_000,
      });
      onDraft(null);
    });
  const giveBack = () =>
    act(async () => {
      if (draft) await client.call('commissions.returnDraft', { draftId: draft.draftId });
    });
  const discard = () =>
    act(async () => {
      if (!draft) return;
      const { draftId, name } = draft;
      // of its own: what was said before does not take it away when its time is over
      const note = `discarded-${draftId}`;
      await client.call('commissions.discard', { draftId });
      onDraft(null);
      const restore = async () => {
        await client.call('commissions.restoreDraft', { draftId });
        hideNote(note);
        onDraft(draftId);
      };
      notify({
        id: note,
        message: (
          <span className="undo-note">
            <span>{t('done.discarded', { name })}</span>
            <ActionButton small onClick={() => void run(restore)} data-testid="draft-restore">
              {t('action.undo')}
            </ActionButton>
          </span>
        ),
        time: 9_000,
      });
    });
  const returnTo = (version: number) =>
    act(async () => {
      const made = await client.call('commissions.returnTo', { version, name: t('version.returnName', { version }) });
      onDraft(made.draftId);
    });
  const exportRules = (kind: 'csv' | 'xlsx') =>
    act(async () => {
      const { text } = await client.call('commissions.export', draft ? { draftId: draft.draftId } : {});
      download(`commissions.${kind}`, kind === 'csv' ? text : await workbookOf(text));
    });
  return (
    <>
      <div className="pane-body" data-testid="draft-pane">
        <h2>
          {draft ? draft.name : overview.version ? t('inForce', { version: overview.version.number }) : t('noVersion')}
        </h2>
        <p className="pane-sub">
          {draft ? (
            <>
              <Pill tone={draft.state === 'draft' ? 'accent' : 'warn'}>{t(`draftState.${draft.state}`)}</Pill>{' '}
              {t('draft.by', { author: draft.author, when: format.dateTime(draft.createdAt) })}
            </>
          ) : (
            overview.version && t('version.line', { name: overview.version.name, rules: overview.version.rules })
          )}
        </p>
        {draft && (
          <Section title={t('draft.changes')}>
            <p data-testid="draft-changes">{t('draft.changesCount', { count: draft.changes })}</p>
            {problems > 0 && (
              <p className="tone-bad" data-testid="draft-problems">
                {t('draft.problems', { count: problems })}
              </p>
            )}
            {draft.problem !== null && (
              <p className="tone-bad">
                {t(draft.problem === 'conflict' ? 'draft.cameBackConflict' : 'draft.cameBack')}
              </p>
            )}
            {draft.state === 'scheduled' && draft.activateAt !== null && (
              <p className="tone-warn" data-testid="draft-schedule">
                {t('draft.scheduledFor', { when: format.dateTime(draft.activateAt) })}
              </p>
            )}
            {overview.fourEyes && draft.editors.length > 0 && (
              <p className="quiet">{t('draft.editors', { names: draft.editors.join(', ') })}</p>
            )}
          </Section>
        )}
        {draft && draft.conflicts > 0 && <Conflicts draft={draft} changes={changes} may={may} />}
        {draft?.state === 'draft' && <Import key={draft.draftId} draftId={draft.draftId} changes={changes} may={may} />}
        {draft?.state === 'draft' && (
          <Bulk key={`bulk-${draft.draftId}`} draftId={draft.draftId} changes={changes} may={may} />
        )}
        <Section title={t('approval.title')}>
          <Switch
            size="xs"
            label={t('approval.switch')}
            description={maySettings ? undefined : t('approval.why')}
            checked={overview.fourEyes}
            disabled={!maySettings || busy}
            onChange={(event) => {
              const fourEyes = event.currentTarget.checked;
              void act(() => client.call('commissions.setFourEyes', { fourEyes }));
            }}
            data-testid="four-eyes"
          />
        </Section>
        <Section title={t('version.history')}>
          <table className="small-table">
            <tbody>
              {overview.versions.slice(0, 12).map((version) => (
                <tr key={version.number}>
                  <td>{version.number}</td>
                  <td>
                    {version.name}
                    <div className="quiet">
                      {version.author}
                      {version.approver !== null && ` · ${t('version.approved', { name: version.approver })}`}
                    </div>
                  </td>
                  <td className="right">
                    {version.number === 1 ? t('version.always') : format.dateTime(version.activeFrom)}
                    {version.number !== overview.versions[0]?.number && (
                      <div>
                        <ActionButton
                          small
                          disabled={!may || busy}
                          onClick={() => void returnTo(version.number)}
                          data-testid={`return-to-${version.number}`}
                        >
                          {t('version.return')}
                        </ActionButton>
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      </div>
      {draft && asking === 'activate' && (
        <Ask title={t('activate.title')} text={t('activate.text', { count: draft.changes })}>
          <TextInput
            type="date"
            size="xs"
            aria-label={t('activate.day')}
            data-testid="activate-day"
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <ActionButton primary disabled={busy} onClick={() => void activate()} data-testid="activate-confirm">
            {day === '' ? t('activate.now') : t('activate.later')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(null)}>{t('action.cancel')}</ActionButton>
        </Ask>
      )}
      {draft && asking === 'discard' && (
        <Ask title={t('discard.title')} text={t('discard.text', { count: draft.changes })}>
          <ActionButton danger disabled={busy} onClick={() => void discard()} data-testid="discard-confirm">
            {t('action.discard')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(null)}>{t('action.cancel')}</ActionButton>
        </Ask>
      )}
      <div className="pane-actions">
        {draft && (
          <>
            {overview.fourEyes && draft.state === 'draft' ? (
              <ActionButton
                primary
                disabled={!may || busy || draft.changes === 0}
                onClick={() => void act(() => client.call('commissions.submit', { draftId: draft.draftId }))}
                data-testid="draft-submit"
              >
                {t('action.submit')}
              </ActionButton>
            ) : (
              <ActionButton
                primary
                disabled={
                  !may ||
                  busy ||
                  draft.changes === 0 ||
                  problems > 0 ||
                  draft.conflicts > 0 ||
                  draft.state === 'scheduled'
                }
                title={may ? undefined : t('why.role')}
                onClick={() => setAsking('activate')}
                data-testid="draft-activate"
              >
                {t(overview.fourEyes ? 'action.approve' : 'action.activate')}
              </ActionButton>
            )}
            <ActionButton
              keys="Mod+Z"
              disabled={!changes.canUndo || changes.busy}
              onClick={() => void changes.undo()}
              data-testid="draft-undo"
            >
              {t('action.undo')}
            </ActionButton>
            {(draft.state === 'submitted' || draft.state === 'scheduled') && (
              <ActionButton disabled={!may || busy} onClick={() => void giveBack()} data-testid="draft-return">
                {t(draft.state === 'scheduled' ? 'action.unschedule' : 'action.return')}
              </ActionButton>
            )}
            <ActionButton
              danger
              disabled={!may || busy}
              onClick={() => setAsking('discard')}
              data-testid="draft-discard"
            >
              {t('action.discard')}
            </ActionButton>
          </>
        )}
        <ActionButton disabled={busy} onClick={() => void exportRules('csv')}>
          {t('action.export')}
        </ActionButton>
        <ActionButton disabled={busy} onClick={() => void exportRules('xlsx')}>
          {t('action.exportWorkbook')}
        </ActionButton>
      </div>
    </>
  );
}

const csvOfErrors = (errors: ImportPreview['errors']): string =>
  `${['row,column,message', ...errors.map(({ row, column, message }) => csvLine([row, column, message]))].join('\n')}\n`;

/** A table from outside: what it would change, and each bad cell, before anything is. */
function Import({ draftId, changes, may }: { draftId: string; changes: DraftChanges; may: boolean }) {
  const { t } = useTranslation('commissions');
  const client = useClient();
  const run = useRun();
  const [read, setRead] = useState<{ text: string; preview: ImportPreview } | null>(null);
  const choose = (file: File | null) => {
    if (!file) return;
    void run(async () => {
      const isWorkbook = /\.(xlsx|xlsm|xls|ods)$/i.test(file.name);
      const text = isWorkbook ? await tableOfWorkbook(await file.arrayBuffer()) : await file.text();
      setRead({ text, preview: await client.call('commissions.importPreview', { draftId, text }) });
    });
  };
  const apply = async () => {
    if (read && (await changes.perform(() => client.call('commissions.import', { draftId, text: read.text }))))
      setRead(null);
  };
  return (
    <Section title={t('import.title')}>
      <p className="quiet">{t('import.help')}</p>
      <FileButton
        onChange={choose}
        accept=".csv,text/csv,.xlsx,.xlsm,.xls,.ods"
        inputProps={{ 'aria-label': t('import.choose') }}
      >
        {(props) => (
          <ActionButton small disabled={!may} onClick={props.onClick} data-testid="import-choose">
            {t('import.choose')}
          </ActionButton>
        )}
      </FileButton>
      {read && (
        <div data-testid="import-preview">
          <p>
            {t('import.line', {
              rows: read.preview.rows,
              added: read.preview.added,
              changed: read.preview.changed,
              unchanged: read.preview.unchanged,
            })}
          </p>
          {read.preview.errors.length > 0 ? (
            <>
              <p className="tone-bad" data-testid="import-errors" data-count={read.preview.errorCount}>
                {t('import.errors', { count: read.preview.errorCount })}
                {read.preview.errorCount > read.preview.errors.length &&
                  ` ${t('import.errorsCut', { count: read.preview.errors.length })}`}
              </p>
              <ActionButton
                small
                onClick={() => download('import-errors.csv', csvOfErrors(read.preview.errors))}
                data-testid="import-errors-export"
              >
                {t('import.exportErrors')}
              </ActionButton>
              <table className="small-table">
                <tbody>
                  {read.preview.errors.slice(0, 200).map((error) => (
                    <tr key={`${error.row}-${error.column}-${error.message}`} data-testid="import-error">
                      <td className="num">{t('import.cell', { row: error.row, column: error.column })}</td>
                      <td>{error.message}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          ) : (
            <>
              <table className="small-table">
                <tbody>
                  {read.preview.sample.slice(0, 30).map((line) => (
                    <tr key={line.row}>
                      <td>{line.row}</td>
                      <td>{line.about || t('rule.everything')}</td>
                      <td>
                        {line.before} → {line.after}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <ActionButton
                primary
                small
                disabled={changes.busy}
                onClick={() => void apply()}
                data-testid="import-apply"
              >
                {t('import.apply')}
              </ActionButton>
            </>
          )}
        </div>
      )}
    </Section>
  );
}
