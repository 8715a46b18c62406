import type { Appearance } from '../ui/state/preferences';

// The paper of both themes, as the browser's own frame wants it.
const paper = { light: '#fbf8f2', dark: '#18130f' } as const;

/**
 * Puts the chosen appearance on the page: the tokens and the browser's own frame follow it.
 *
 * @param page - the document.
 */
export function wear(page: Document, appearance: Appearance): void {
  const { documentElement: root } = page;
  if (appearance === 'system') delete root.dataset['appearance'];
  else root.dataset['appearance'] = appearance;
  for (const meta of page.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    const own = meta.media.includes('dark') ? paper.dark : paper.light;
    meta.content = appearance === 'system' ? own : paper[appearance];
  }
}
