import { webAddress } from '../../talk/linkify';

/**
 * The address in its normal form if it may be followed: http and https without a user name in them, and mailto to one
 * address without anything more.
 */
export function followable(candidate: string): string | null {
  if (!/^mailto:/iu.test(candidate)) return webAddress(candidate);
  return /^mailto:[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/iu.test(candidate) ? candidate : null;
}

/** What a link shows. */
export type LinkText = {
  /** In place of its text; null: that stays. */
  readonly shown: string | null;
  /** To stand beside it: where it leads; null if its text says that. */
  readonly host: string | null;
};

/**
 * What a link with a text of its own shows. A text that looks like an address, and is not this one, gives way to the
 * address: `[bank.example](https://evil.example)`. Beside any other stands where it leads, since there are more ways to
 * look like an address than can be listed.
 *
 * @param href - as {@link followable} gave it.
 * @param text - the words between the brackets.
 */
export function linkText(href: string, text: string): LinkText {
  const said = text.trim();
  const address = href.replace(/^mailto:/u, '');
  if (said === href || said === address || webAddress(said) === href) return { shown: null, host: null };
  if (said === '' || looksLikeAddress(said)) return { shown: address, host: null };
  return { shown: null, host: hostOf(href) };
}

function hostOf(href: string): string {
  return href.startsWith('mailto:') ? href.slice('mailto:'.length) : new URL(href).host;
}

/** Something with a dot or an at sign between letters, or with a scheme. */
function looksLikeAddress(text: string): boolean {
  return /[\p{L}\p{N}][.。．｡․@][\p{L}\p{N}]|:\/\/|^www\b/u.test(text.normalize('NFKC'));
}
