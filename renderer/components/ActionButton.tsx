import type { ComponentProps, ReactNode } from 'react';
import { ariaKeys } from '../app/commands.ts';
import { Kbd } from './Kbd.tsx';

interface ActionButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly children: ReactNode;
  /** The shortcut to show; it is registered where the action is. */
  readonly keys?: string;
  readonly primary?: boolean;
  readonly danger?: boolean;
  readonly small?: boolean;
  readonly 'data-testid'?: string;
}

/** A button that says its key. */
export function ActionButton(props: ActionButtonProps) {
  const { children, keys, primary, danger, small, className, type = 'button', ...rest } = props;
  const classes = ['btn', primary && 'primary', danger && 'danger', small && 'small', className]
    .filter(Boolean)
    .join(' ');
  return (
    <button {...rest} type={type} className={classes} aria-keyshortcuts={keys && ariaKeys(keys)}>
      {children} {keys && <Kbd keys={keys} />}
    </button>
  );
}
