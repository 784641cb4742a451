import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import type { OperatorId } from '../../shared/domain/brand.ts';
import { mayRun } from '../../shared/domain/roles.ts';
import { Section } from '../components/pane/Section.tsx';
import { useConnection } from '../connection/connection.ts';

interface AssignProps {
  readonly order: OrderDetail;
  readonly may: boolean;
  onAssign(operatorId: OperatorId | null): void;
}

/** Who does it: anybody whose role works on orders, or nobody. */
export function Assign({ order, may, onAssign }: AssignProps) {
  const { t } = useTranslation('orderBoard');
  const operators = useConnection((connection) => connection.hello?.operators) ?? [];
  const [typed, setTyped] = useState('');
  const able = operators.filter(({ role }) => mayRun(role, 'orders'));
  const isGone = order.assignedTo !== null && !able.some(({ operatorId }) => operatorId === order.assignedTo);
  const people = [
    ...able.map(({ operatorId, name }) => ({ value: String(operatorId), label: name })),
    // who left, or works on something else now, is still named
    ...(isGone ? [{ value: String(order.assignedTo), label: order.assignedName ?? String(order.assignedTo) }] : []),
  ];
  return (
    <Section title={t('assign.title')}>
      <Select
        size="xs"
        w={260}
        aria-label={t('assign.to')}
        placeholder={t('assign.nobody')}
        nothingFoundMessage={t('assign.none')}
        data={people}
        value={order.assignedTo}
        searchValue={typed}
        onSearchChange={setTyped}
        onChange={(value) => onAssign(able.find(({ operatorId }) => operatorId === value)?.operatorId ?? null)}
        disabled={!may}
        limit={100}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('assign.nobody') }}
        data-testid="order-assignee"
      />
    </Section>
  );
}
