import { TextInput } from '@mantine/core';
import type { RefObject } from 'react';
import { Kbd } from './Kbd.tsx';

interface ListSearchProps {
  /** For the command that puts the cursor here. */
  readonly inputRef: RefObject<HTMLInputElement | null>;
  /** The list that is searched: the arrow, Enter and Escape go there. */
  readonly list: RefObject<{ focus(): void } | null>;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly width: number;
  readonly testId: string;
  onChange(value: string): void;
}

/** The search field above a list. Escape empties it first, and leaves it when it is empty. */
export function ListSearch({ inputRef, list, label, placeholder, value, width, testId, onChange }: ListSearchProps) {
  return (
    <TextInput
      ref={inputRef}
      size="xs"
      w={width}
      aria-label={label}
      placeholder={placeholder}
      rightSection={value === '' ? <Kbd keys="/" /> : null}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') list.current?.focus();
        else if (event.key === 'Escape' && value !== '') onChange('');
        else if (event.key === 'Escape') list.current?.focus();
        else return;
        event.preventDefault();
      }}
      data-testid={testId}
    />
  );
}
