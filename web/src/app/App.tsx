import { Suspense, useSyncExternalStore } from 'react';
import { Boundary } from '../ui/parts/Boundary';
import { lazyPart } from '../ui/parts/lazyPart';
import { PreferencesContext, type PreferencesStore } from '../ui/state/preferences';
import { SessionContext } from '../ui/state/useSession';
import { Screens } from '../ui/Screens';
import { useWords } from '../ui/words/useWords';
import type { LateSession } from './lateSession';
import type { RoomLinks } from './roomLinks';

const { Part: Confirm } = lazyPart(async () => (await import('../ui/parts/Confirm')).Confirm);

/** The screens, with the session and the choices that they work on. */
export function App({
  session,
  preferences,
  links,
}: {
  readonly session: LateSession;
  readonly preferences: PreferencesStore;
  readonly links: RoomLinks;
}) {
  const loading = useSyncExternalStore(session.subscribe, session.loading);
  return (
    <PreferencesContext value={preferences}>
      <SessionContext value={session}>
        <Boundary>
          <Screens onRetryStart={loading === 'failed' ? session.reload : null} />
          <OtherRoom links={links} />
        </Boundary>
      </SessionContext>
    </PreferencesContext>
  );
}

function OtherRoom({ links }: { readonly links: RoomLinks }) {
  const { confirm } = useWords();
  const waiting = useSyncExternalStore(links.subscribe, links.get);
  if (waiting === null) return null;
  return (
    <Suspense>
      <Confirm
        title={confirm.move}
        text={confirm.moveText}
        yes={confirm.leave}
        no={confirm.stay}
        onYes={() => links.answer(true)}
        onNo={() => links.answer(false)}
      />
    </Suspense>
  );
}
