import { useEffect, useEffectEvent } from 'react';

/** A key with its modifiers, as written in the code: 'Escape', 'Alt+N', 'Alt+ArrowDown', 'Alt+,'. */
export type Shortcut = 'Escape' | `Alt+${string}`;

/** What of a keyboard event counts here. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/**
 * True if this press is this shortcut. All but Escape need Alt, so that no single letter does
 * anything by surprise while somebody dictates or types (WCAG 2.1.4). On a Mac Alt changes what a
 * letter key writes, therefore the key's place counts too.
 */
export function pressed(event: KeyPress, shortcut: Shortcut): boolean {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return false;
  if (shortcut === 'Escape') return event.key === 'Escape' && !event.altKey;
  if (!event.altKey) return false;
  const key = shortcut.slice('Alt+'.length);
  if (key === ',') return event.key === ',' || event.code === 'Comma';
  return event.key.toUpperCase() === key.toUpperCase() || event.code === `Key${key}`;
}

/** The shortcut as people see it: ⌥N on a Mac, Alt N elsewhere. */
export function shownKey(shortcut: string, platform: string): string {
  const mac = /mac|iphone|ipad/i.test(platform);
  return shortcut
    .replace('Alt+', mac ? '⌥' : 'Alt ')
    .replace('Ctrl+', mac ? '⌘' : 'Ctrl ')
    .replace('Escape', 'Esc')
    .replace('ArrowDown', '↓')
    .replace('ArrowUp', '↑');
}

/** Calls `act` on this shortcut anywhere in the page while the component is there. */
export function useShortcut(shortcut: Shortcut | undefined, act: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    // Somebody nearer has dealt with it, or it belongs to an input method.
    if (shortcut === undefined || event.defaultPrevented || event.isComposing || event.repeat) return;
    if (!pressed(event, shortcut) || document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
