/*
 * The style of a part is a file of its own, which Vite asks for with the part's script, and once only. A part whose
 * style failed, offline for a moment, would stand there undressed; so this asks again.
 */

/** The style sheets of the page that did not come. */
const failed = new Set<HTMLLinkElement>();

/** From the start, so that none is missed: `error` does not bubble, but it can be captured on its way down. */
if (typeof document !== 'undefined') {
  document.addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') failed.add(target);
    },
    { capture: true },
  );
}

/**
 * Settles when no style sheet that was asked for is missing; asks once more for each that is.
 * @throws Error when one does not come this time either.
 */
export async function styled(): Promise<void> {
  await Promise.all([...failed].map(again));
}

function again(link: HTMLLinkElement): Promise<void> {
  failed.delete(link);
  const next = link.cloneNode();
  return new Promise((resolve, reject) => {
    next.addEventListener('load', () => resolve());
    next.addEventListener('error', () => reject(new Error('ui: a style sheet did not load')));
    link.replaceWith(next);
  });
}
