import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import './pane.css';

export interface Option {
  readonly id: string;
  readonly title: string;
  readonly detail?: string | undefined;
  /** A pill at the right end. */
  readonly mark?: ReactNode;
  readonly disabled?: boolean;
}

interface OptionPickerProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly hint: string;
  readonly text: string;
  onText(text: string): void;
  readonly options: readonly Option[];
  /** Said below the field in place of options: nothing found, or what to type. */
  readonly note: string | null;
  readonly busy?: boolean;
  /** The text field, for whoever sends the focus there. */
  readonly field?: RefObject<HTMLInputElement | null>;
  /** Takes the focus when it appears. */
  readonly autoFocus?: boolean;
  onPick(option: Option): void;
  onCancel(): void;
  readonly 'data-testid'?: string;
}

/** A search field with its answers below it, in the pane: arrows move, Enter picks, Esc goes back. */
export function OptionPicker(props: OptionPickerProps) {
  const { label, hint, text, options, note, onText, onPick, onCancel } = props;
  const id = useId();
  const ownField = useRef<HTMLInputElement>(null);
  const field = props.field ?? ownField;
  const firstUsable = Math.max(
    0,
    options.findIndex((option) => !option.disabled),
  );
  const [moved, setMoved] = useState<{ options: readonly Option[]; to: number } | null>(null);
  const active = moved && moved.options === options ? moved.to : firstUsable;
  const { autoFocus } = props;
  useEffect(() => {
    if (autoFocus) field.current?.select();
  }, [autoFocus, field]);
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);

  const move = (step: number) => {
    for (let to = active + step; to >= 0 && to < options.length; to += step) {
      if (options[to]?.disabled) continue;
      setMoved({ options, to });
      return;
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter') {
      const option = options[active];
      if (option && !option.disabled && !props.busy) onPick(option);
    } else return;
    event.preventDefault();
  };
  return (
    <div className="picker">
      <label htmlFor={`${id}-field`}>{label}</label>
      <input
        ref={field}
        id={`${id}-field`}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-describedby={`${id}-hint`}
        {...(options.length > 0 && { 'aria-activedescendant': `${id}-${active}` })}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        data-testid={props['data-testid']}
      />
      <p className="quiet" id={`${id}-hint`}>
        {hint}
      </p>
      <div className="options" id={`${id}-list`} role="listbox" aria-label={label} hidden={options.length === 0}>
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            className="option"
            tabIndex={-1}
            aria-selected={index === active}
            aria-disabled={option.disabled ?? false}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              if (!option.disabled && !props.busy) onPick(option);
            }}
          >
            <span className="option-text">
              <b>{option.title}</b>
              {option.detail && <small>{option.detail}</small>}
            </span>
            {option.mark}
          </div>
        ))}
      </div>
      <p className="quiet" role="status">
        {note}
      </p>
    </div>
  );
}
