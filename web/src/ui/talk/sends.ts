/** What of a key press in the composer counts. */
export type ComposerKey = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey' | 'isComposing'>;

/**
 * True if this key press sends the text: Enter, unless the person wants new lines from it; Ctrl or
 * ⌘ with Enter always. Never while an input method composes a word, whose Enter means «this one».
 */
export function sends(key: ComposerKey, enterSends: boolean): boolean {
  if (key.key !== 'Enter' || key.isComposing || key.shiftKey || key.altKey) return false;
  return enterSends || key.ctrlKey || key.metaKey;
}
