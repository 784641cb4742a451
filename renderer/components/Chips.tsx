import { useFormat } from './format.ts';

export interface Chip<Id> {
  readonly id: Id;
  readonly label: string;
  /** Left out while it is not known. */
  readonly count?: number | undefined;
  readonly testId: string;
}

interface ChipsProps<Id> {
  readonly label: string;
  readonly chips: readonly Chip<Id>[];
  readonly value: Id;
  onChange(id: NoInfer<Id>): void;
}

/** One of a few: what a list shows, or a part of a screen. */
export function Chips<Id extends string | boolean | null>({ label, chips, value, onChange }: ChipsProps<Id>) {
  const format = useFormat();
  return (
    <fieldset className="plain chips">
      <legend className="sr-only">{label}</legend>
      {chips.map((chip) => (
        <button
          key={String(chip.id)}
          type="button"
          className="chip"
          aria-pressed={chip.id === value}
          onClick={() => onChange(chip.id)}
          data-testid={chip.testId}
        >
          {chip.label}
          {chip.count !== undefined && <small>{format.number(chip.count)}</small>}
        </button>
      ))}
    </fieldset>
  );
}
