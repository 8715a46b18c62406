import { ChevronRight, EyeOff, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { IdentityKey } from '../../../protocol/ids';
import type { RoomMember } from '../../../session/room-model';
import { useRoomWords } from '../../words/useRoomWords';
import { tidyName } from '../naming';
import { useCompany, useScene } from '../scene';
import styles from './PeopleList.module.css';
import { Seat } from './Seat';

/** Everybody, those who are here first; a press opens what can be done about somebody. */
export function PeopleList({ onChoose }: { readonly onChoose: (id: IdentityKey) => void }) {
  const { people } = useRoomWords();
  const { members } = useScene().state;
  const of = (presence: RoomMember['presence']) => members.filter((member) => member.presence === presence);
  const [here, away, removed] = [of('here'), of('away'), of('removed')];
  return (
    <>
      <Part title={people.here(here.length)} members={here} onChoose={onChoose} />
      <Part title={people.away(away.length)} members={away} onChoose={onChoose} />
      <Part title={people.removed} members={removed} onChoose={onChoose} />
    </>
  );
}

type PartProps = {
  readonly title: string;
  readonly members: readonly RoomMember[];
  readonly onChoose: (id: IdentityKey) => void;
};

function Part({ title, members, onChoose }: PartProps) {
  if (members.length === 0) return null;
  return (
    <section className={styles.part}>
      <h3 className={styles.title}>{title}</h3>
      <ul aria-label={title}>
        {members.map((member) => (
          <li key={member.id} className={styles.item}>
            <One member={member} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ member, onChoose }: { readonly member: RoomMember; readonly onChoose: (id: IdentityKey) => void }) {
  const { people } = useRoomWords();
  const { nameOf } = useCompany();
  // In this list the own person reads the name that the others read.
  const own = tidyName(member.name) || people.unnamed;
  const name = member.self ? own : nameOf(member.id);
  return (
    <button type="button" className={styles.one} onClick={() => onChoose(member.id)}>
      <Seat id={member.id} name={name} away={member.presence !== 'here'} />
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <Tags>
          {member.self ? people.self : null}
          {member.founder ? people.founder : null}
          {member.typing && !member.self ? people.writing : null}
        </Tags>
      </span>
      {member.hidden ? (
        <span className={styles.sign}>
          <EyeOff size={16} role="img" aria-label={people.hidden} />
        </span>
      ) : null}
      {member.verified ? (
        <span className={styles.sign} data-verified>
          <ShieldCheck size={16} strokeWidth={2.25} role="img" aria-label={people.verified} />
        </span>
      ) : null}
      <ChevronRight className={styles.go} size={16} aria-hidden="true" />
    </button>
  );
}

function Tags({ children }: { readonly children: readonly (string | null)[] }): ReactNode {
  const tags = children.filter((tag) => tag !== null);
  return tags.length === 0 ? null : (
    <>
      {' '}
      <span className={styles.tags}>{tags.join(' · ')}</span>
    </>
  );
}
