import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';

/** What people wrote about the order, the newest first, and a link that opens it. */
export function Notes({ order, may }: { order: OrderDetail; may: boolean }) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const format = useFormat();
  const [text, setText] = useState('');
  const add = () => {
    if (text.trim() === '') return;
    void run(async () => {
      await client.call('orders.addNote', { orderId: order.id, text });
      setText('');
    });
  };
  return (
    <Section title={t('notes.title')}>
      {order.notes.length > 0 && (
        <ul className="plain-list" data-testid="notes">
          {order.notes.map((note) => (
            <li key={note.id}>
              <span className="note-text">{note.text}</span>
              <span className="tone-dim stamp">
                {note.author} · {format.dateTime(note.at)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Textarea
        size="xs"
        autosize
        minRows={1}
        maxRows={6}
        aria-label={t('notes.write')}
        placeholder={t('notes.write')}
        value={text}
        disabled={!may}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) add();
        }}
        data-testid="note-text"
      />
      <div className="row-actions">
        <ActionButton small disabled={!may || text.trim() === ''} onClick={add} data-testid="note-add">
          {t('notes.add')}
        </ActionButton>
        <CopyButton
          text={`bindery://order/${order.marketplaceOrderId}`}
          label={t('notes.copyLink')}
          data-testid="copy-link"
        />
      </div>
    </Section>
  );
}
