import { createRoot } from 'react-dom/client';
import '../ui/look/base.css';
import { createPreferences, type Preferences } from '../ui/state/preferences';
import type { SessionSettings } from '../session/model';
import { App } from './App';
import { wear } from './appearance';
import { followRoomLinks } from './fragment';
import { createLateSession } from './lateSession';
import { createRoomLinks } from './roomLinks';
import { stayInPlace, tabMemory, wasReloaded } from './samePlace';

const forSession = ({ relayOnly, tellTyping, tellRead }: Preferences): SessionSettings => ({
  relayOnly,
  tellTyping,
  tellRead,
});

/** The first frame is drawn with what is here; the session and Firebase come right after it. */
function firstPaint(): Promise<void> {
  return new Promise((resolve) => {
    // A page opened in the background gets no frames, but should be ready when it is looked at.
    setTimeout(resolve, 200);
    requestAnimationFrame(() => setTimeout(resolve, 0));
  });
}

function run(root: HTMLElement): void {
  const preferences = createPreferences(() => window.localStorage);
  const session = createLateSession(async () => {
    await firstPaint();
    const { createBrowserSession, loadConfig } = await import('../session/browser');
    const address = window.location.origin + window.location.pathname;
    return createBrowserSession(await loadConfig(), forSession(preferences.get()), address);
  });
  preferences.subscribe(() => {
    wear(document, preferences.get().appearance);
    session.configure(forSession(preferences.get()));
  });
  wear(document, preferences.get().appearance);
  const links = createRoomLinks(session);
  followRoomLinks(window, links.open);
  stayInPlace(session, tabMemory, wasReloaded());
  window.addEventListener('pagehide', (event) => {
    if (!event.persisted) void session.dispose();
  });
  createRoot(root).render(<App session={session} preferences={preferences} links={links} />);
}

const root = document.querySelector<HTMLElement>('#app');
// `public/first.js` has put a plain message there if this browser cannot run Parley.
if (root !== null && document.documentElement.dataset['browser'] !== 'too-old') run(root);
