import { ArrowLeft, UserMinus } from 'lucide-react';
import { Suspense, useState } from 'react';
import type { RoomMember } from '../../../session/room-model';
import { Button } from '../../parts/Button';
import { lazyPart } from '../../parts/lazyPart';
import { Toggle } from '../../parts/Toggle';
import { useRoomWords } from '../../words/useRoomWords';
import { tidyName } from '../naming';
import { useCompany, useScene } from '../scene';
import styles from './MemberAbout.module.css';
import { MemberSafety } from './MemberSafety';
import { OwnName } from './OwnName';
import { Seat } from './Seat';

const { Part: Confirm } = lazyPart(async () => (await import('../../parts/Confirm')).Confirm);

/** One of the room: who they are, what can be compared with them, and what can be done about them. */
export function MemberAbout({ member, onBack }: { readonly member: RoomMember; readonly onBack: () => void }) {
  const words = useRoomWords();
  const { verbs } = useScene();
  const { nameOf } = useCompany();
  const name = member.self ? tidyName(member.name) || words.people.unnamed : nameOf(member.id);
  const tags = [member.self ? words.people.self : null, member.founder ? words.people.founder : null, words.member[member.presence]];
  return (
    <section className={styles.about} aria-label={words.member.about(name)}>
      <div className={styles.head}>
        <Button look="quiet" label={words.member.back} tip="below" icon={<ArrowLeft className={styles.back} size={20} />} focused onPress={onBack}>
          {null}
        </Button>
        <Seat id={member.id} name={name} away={member.presence !== 'here'} />
        <h3 className={styles.name}>
          <bdi>{name}</bdi>
          <span className={styles.tags}>{tags.filter((tag) => tag !== null).join(' · ')}</span>
        </h3>
      </div>
      {member.self ? (
        <OwnName name={member.name} />
      ) : (
        <>
          {member.presence === 'removed' ? null : <MemberSafety key={`${member.presence} ${member.verified}`} member={member} />}
          <Toggle text={words.member.hideText} on={member.hidden} onTurn={(hidden) => verbs.hide(member.id, hidden)}>
            {words.member.hide}
          </Toggle>
          {member.presence === 'removed' ? null : <Remove member={member} name={name} onDone={onBack} />}
        </>
      )}
    </section>
  );
}

/** For the founder: the way to remove somebody, which asks first and says what it means. */
function Remove({ member, name, onDone }: { readonly member: RoomMember; readonly name: string; readonly onDone: () => void }) {
  const { member: words, remove } = useRoomWords();
  const { state, verbs } = useScene();
  const [asking, setAsking] = useState(false);
  if (!state.founder) return null;
  return (
    <div className={styles.remove}>
      <p className={styles.text}>{words.removeText}</p>
      <Button icon={<UserMinus size={18} />} onPress={() => setAsking(true)}>
        {words.remove}
      </Button>
      {asking ? (
        <Suspense>
          <Confirm
            title={remove.title(name)}
            text={remove.text}
            yes={remove.yes}
            no={remove.no}
            onYes={() => {
              verbs.remove(member.id);
              onDone();
            }}
            onNo={() => setAsking(false)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
