import { useEffect, useId, useRef } from 'react';
import { create } from 'zustand';

/** Something a person can do: listed in the palette, run by its keys, shown by `?`. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** Such as `B`, `Shift+B`, `Mod+K` (Ctrl, or Cmd on a Mac), `?`, `Escape`. The first is the one shown. */
  readonly keys?: readonly string[];
  readonly enabled?: boolean;
  /** Its keys work in text fields too. */
  readonly inFields?: boolean;
  /** Not in the palette (it makes no sense from there). */
  readonly keysOnly?: boolean;
  run(): void;
}

interface Registered {
  commands: readonly Command[];
}
const registry = new Map<string, Registered>();
/** Changes when the list does; the palette and the overlay follow it. */
export const useCommandVersion = create<{ version: number }>()(() => ({ version: 0 }));

/** All commands at the moment; of two with one id or key, the one registered last (the innermost) counts. */
export function allCommands(): Command[] {
  const byId = new Map<string, Command>();
  for (const { commands } of registry.values()) for (const command of commands) byId.set(command.id, command);
  return [...byId.values()];
}

/** Offers commands for as long as the component is on screen. */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId();
  const held = useRef<Registered>({ commands });
  held.current.commands = commands;
  const signature = commands.map((c) => `${c.id}|${c.title}|${c.enabled ?? true}|${c.keys?.join(' ')}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature says when the list has changed for others
  useEffect(() => {
    registry.set(owner, held.current);
    useCommandVersion.setState((before) => ({ version: before.version + 1 }));
    return () => {
      registry.delete(owner);
    };
  }, [owner, signature]);
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** A key as people read it: `Ctrl K`, `⌘ K`, `Shift B`. */
export function keyLabel(key: string): string {
  return key
    .split('+')
    .map((part) => (part === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : part === 'Escape' ? 'Esc' : part.replace(/^Arrow/, '')))
    .join(' ');
}

/** For `aria-keyshortcuts`. */
export function ariaKeys(key: string): string {
  return key.replace('Mod', isMac ? 'Meta' : 'Control');
}

function matches(event: KeyboardEvent, key: string): boolean {
  const parts = key.split('+');
  const name = parts.at(-1) ?? '';
  const wantsMod = parts.includes('Mod');
  const wantsShift = parts.includes('Shift');
  if (wantsMod !== (event.ctrlKey || event.metaKey) || event.altKey !== parts.includes('Alt')) return false;
  if (event.key.toLowerCase() !== (name === 'Space' ? ' ' : name.toLowerCase())) return false;
  // symbols need Shift on some keyboards and not on others
  const isSymbol = name.length === 1 && !/[a-z0-9]/i.test(name);
  return isSymbol || event.shiftKey === wantsShift;
}

function isField(target: Element): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.closest('[contenteditable="true"]') !== null
  );
}

/** Runs the command whose key was pressed. Fields, menus and dialogs keep the keys they understand themselves. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.target instanceof Element ? event.target : document.body;
  const inField = isField(target);
  const inLayer = target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
  const isPress = event.key === 'Enter' || event.key === ' ';
  if (isPress && !event.ctrlKey && target.closest('button, a, summary, [role="button"], [role="tab"], [role="option"]'))
    return;
  const found = [...allCommands()]
    .reverse()
    .find(
      (command) =>
        command.enabled !== false &&
        (command.inFields || !(inField || inLayer)) &&
        command.keys?.some((key) => matches(event, key)),
    );
  if (!found) return;
  event.preventDefault();
  found.run();
}
