import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Kbd } from '../Kbd.tsx';
import type { GridMenuItem } from './types.ts';

interface ContextMenuProps {
  readonly x: number;
  readonly y: number;
  readonly groups: readonly (readonly GridMenuItem[])[];
  onClose(): void;
}

/** The menu of a cell: arrow keys, first letters, Enter, Escape. */
export function ContextMenu({ x, y, groups, onClose }: ContextMenuProps) {
  const { t } = useTranslation('grid');
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
    items(element)[0]?.focus();
    const outside = (event: Event) => {
      if (!(event.target instanceof Node && element.contains(event.target))) onClose();
    };
    window.addEventListener('mousedown', outside, true);
    window.addEventListener('blur', onClose);
    window.addEventListener('wheel', outside, { capture: true, passive: true });
    return () => {
      window.removeEventListener('mousedown', outside, true);
      window.removeEventListener('blur', onClose);
      window.removeEventListener('wheel', outside, true);
    };
  }, [x, y, onClose]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const all = root.current ? items(root.current) : [];
    const at = all.findIndex((item) => item.matches(':focus'));
    const move = (index: number) => all[(index + all.length) % all.length]?.focus();
    event.stopPropagation();
    if (event.key === 'ArrowDown') move(at + 1);
    else if (event.key === 'ArrowUp') move(at - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(all.length - 1);
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key.length === 1 && event.key !== ' ') {
      const letter = event.key.toLowerCase();
      const rotated = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      rotated.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
      return;
    } else return;
    event.preventDefault();
  };

  return (
    <div ref={root} className="grid-menu" role="menu" tabIndex={-1} aria-label={t('menu')} onKeyDown={onKeyDown}>
      {groups
        .filter((group) => group.length > 0)
        .map((group) => (
          <div key={group[0]?.id} className="group" role="none">
            {group.map((item) => (
              <button
                key={item.id}
                type="button"
                {...(item.checked === undefined
                  ? { role: 'menuitem' }
                  : { role: 'menuitemcheckbox', 'aria-checked': item.checked })}
                tabIndex={-1}
                disabled={item.disabled}
                onClick={() => {
                  if (item.checked === undefined) onClose();
                  item.run();
                }}
              >
                <span className="tick" aria-hidden>
                  {item.checked ? '✓' : ''}
                </span>
                <span>{item.label}</span>
                {item.keys && <Kbd keys={item.keys} />}
              </button>
            ))}
          </div>
        ))}
    </div>
  );
}

const items = (element: HTMLElement) => [...element.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
