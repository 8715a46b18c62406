/** The start of a room link's fragment (SPEC K1). */
const ROOM = '#r=';

/** The code in a room link's fragment, unchecked, or null if the fragment is something else. */
export function roomCode(hash: string): string | null {
  return hash.startsWith(ROOM) ? hash.slice(ROOM.length) : null;
}

/** What of the window is needed to follow room links. */
export type AddressBar = Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'>;

/**
 * Takes room links as they come: the one that the page was opened with, and those that are opened
 * in it later. The code is a secret, so it leaves the address bar and the history entry before
 * anything else happens.
 *
 * @param bar - the window.
 * @param enter - gets each code.
 * @returns the unsubscribe.
 */
export function followRoomLinks(bar: AddressBar, enter: (code: string) => void): () => void {
  const take = () => {
    const code = roomCode(bar.location.hash);
    if (code === null) return;
    bar.history.replaceState(null, '', bar.location.pathname + bar.location.search);
    enter(code);
  };
  take();
  bar.addEventListener('hashchange', take);
  return () => bar.removeEventListener('hashchange', take);
}
