import { Suspense } from 'react';
import { lazyPart } from '../../parts/lazyPart';
import { useSession } from '../../state/useSession';
import { useRoomWords } from '../../words/useRoomWords';
import { useScene } from '../scene';

const { Part: Confirm } = lazyPart(async () => (await import('../../parts/Confirm')).Confirm);

/** Asks before somebody leaves, and says what it means here. */
export function Leave({ onStay }: { readonly onStay: () => void }) {
  const { leave, settings } = useRoomWords();
  const session = useSession();
  const { kept } = useScene().state;
  return (
    <Suspense>
      <Confirm
        title={leave.title}
        text={kept ? settings.leaveText : settings.leaveUnkept}
        yes={leave.yes}
        no={leave.no}
        onYes={() => session.leave()}
        onNo={onStay}
      />
    </Suspense>
  );
}
