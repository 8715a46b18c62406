import { UserPlus, X } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { IdentityKey } from '../../../protocol/ids';
import { Button } from '../../parts/Button';
import { Sheet, SheetHead } from '../../parts/Sheet';
import { useRoomWords } from '../../words/useRoomWords';
import { useScene } from '../scene';
import { MemberAbout } from './MemberAbout';
import { PeopleList } from './PeopleList';
import styles from './PeoplePanel.module.css';

// Beside the words if they keep a good width.
const WIDE = '(min-width: 60rem)';

/** True where there is room for a panel beside the words. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(WIDE);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(WIDE).matches,
  );
}

type Props = { readonly wide: boolean; readonly onInvite: () => void; readonly onClose: () => void };

/** Who is in the room: beside the words on a wide screen, over them on a phone. */
export function PeoplePanel({ wide, onInvite, onClose }: Props) {
  const { people } = useRoomWords();
  if (!wide)
    return (
      <Sheet onClose={onClose}>
        <SheetHead title={people.title} close={people.close} onClose={onClose} />
        <Inside onInvite={onInvite} />
      </Sheet>
    );
  return (
    <aside className={styles.panel} aria-label={people.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{people.title}</h2>
        <Button look="quiet" label={people.close} tip="below-end" icon={<X size={20} />} onPress={onClose}>
          {null}
        </Button>
      </div>
      <Inside onInvite={onInvite} />
    </aside>
  );
}

/** The list, or one of it. */
function Inside({ onInvite }: { readonly onInvite: () => void }) {
  const { invite } = useRoomWords();
  const { members } = useScene().state;
  const [chosen, setChosen] = useState<IdentityKey | null>(null);
  const member = members.find(({ id }) => id === chosen);
  if (member !== undefined) return <MemberAbout key={member.id} member={member} onBack={() => setChosen(null)} />;
  return (
    <>
      <PeopleList onChoose={setChosen} />
      <div className={styles.invite}>
        <Button wide icon={<UserPlus size={18} />} onPress={onInvite}>
          {invite.title}
        </Button>
      </div>
    </>
  );
}
