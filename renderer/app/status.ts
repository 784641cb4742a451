import { useEffect } from 'react';
import { create } from 'zustand';
import type { Status } from '../../shared/contract/workspace.ts';
import { client, useConnection } from '../connection/connection.ts';

/** What the service says of itself, and where the operator is in the list on screen. */
export const useStatus = create<{ status: Status | null }>()(() => ({ status: null }));
export const useRowPosition = create<{ row: number | null; count: number | null }>()(() => ({
  row: null,
  count: null,
}));

/** Keeps {@link useStatus} current. */
export function useStatusFeed(): void {
  const epoch = useConnection((connection) => connection.epoch);
  useEffect(() => client.on('status.changed', (status) => useStatus.setState({ status })), []);
  useEffect(() => {
    if (epoch === 0) return;
    client.call('status.get', {}).then(
      (status) => useStatus.setState({ status }),
      () => undefined,
    );
  }, [epoch]);
}
