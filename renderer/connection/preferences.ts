import { useCallback, useEffect, useState } from 'react';
import type { z } from 'zod';
import { client, useConnection } from './connection.ts';

type Json = z.core.util.JSONType;

function read<Value>(storageKey: string, schema: z.ZodType<Value>): Value | undefined {
  try {
    const stored = localStorage.getItem(storageKey);
    if (stored === null) return undefined;
    const parsed = schema.safeParse(JSON.parse(stored));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** How often each was chosen here: an answer that was asked for before the last choice is older than it. */
const choices = new Map<string, number>();

/**
 * A preference of the signed-in operator: in the page's storage, so that it is there at once, and in the service, so
 * that it follows the operator to another window. What does not parse is as if it were not there.
 */
export function usePreference<Value extends Json>(
  key: string,
  schema: z.ZodType<Value>,
  initial: Value,
): [value: Value, put: (value: Value) => void] {
  const operatorId = useConnection((connection) => connection.operator?.operatorId ?? '');
  const storageKey = `bindery.${operatorId}.${key}`;
  const [held, setHeld] = useState<{ storageKey: string; value: Value }>(() => ({
    storageKey,
    value: read(storageKey, schema) ?? initial,
  }));
  const value = held.storageKey === storageKey ? held.value : (read(storageKey, schema) ?? initial);

  // biome-ignore lint/correctness/useExhaustiveDependencies: schema and initial belong to the key
  useEffect(() => {
    if (operatorId === '') return;
    let gone = false;
    const asked = choices.get(storageKey);
    client.call('preferences.get', { key }).then(
      (answer) => {
        const parsed = schema.safeParse(answer.value);
        if (gone || !parsed.success || choices.get(storageKey) !== asked) return;
        localStorage.setItem(storageKey, JSON.stringify(parsed.data));
        setHeld((before) =>
          before.storageKey === storageKey && JSON.stringify(before.value) === JSON.stringify(parsed.data)
            ? before
            : { storageKey, value: parsed.data },
        );
      },
      () => undefined, // what the page remembers will do
    );
    return () => {
      gone = true;
    };
  }, [operatorId, key]);

  const put = useCallback(
    (next: Value) => {
      choices.set(storageKey, (choices.get(storageKey) ?? 0) + 1);
      setHeld({ storageKey, value: next });
      localStorage.setItem(storageKey, JSON.stringify(next));
      client.call('preferences.put', { key, value: next }).catch(() => undefined);
    },
    [key, storageKey],
  );
  return [value, put];
}
