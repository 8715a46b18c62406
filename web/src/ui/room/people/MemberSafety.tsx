import { useEffect, useState } from 'react';
import type { Safety } from '../../../session/model';
import type { RoomMember } from '../../../session/room-model';
import { Button } from '../../parts/Button';
import { SafetyNumber } from '../../safety/SafetyNumber';
import { Shield } from '../../safety/Shield';
import { Signs } from '../../safety/Signs';
import verification from '../../safety/Verification.module.css';
import { useLaterWords } from '../../words/useLaterWords';
import { useRoomWords } from '../../words/useRoomWords';
import { useScene } from '../scene';

/**
 * What can be compared with a member now: the pictures of the own connection to them, and the number of the two
 * devices. Needs a new key when the member comes, leaves or is verified.
 */
export function MemberSafety({ member }: { readonly member: RoomMember }) {
  const { member: words } = useRoomWords();
  const { safety: safetyWords } = useLaterWords();
  const safety = useSafety(member);
  if (safety === undefined) return <p className={verification.part}>{words.loading}</p>;
  const { verified } = member;
  return (
    <section className={verification.part} data-verified={verified ? 'before' : 'no'}>
      <h4 className={verification.title}>
        <Shield verified={verified ? 'before' : 'no'} size={24} />
        {verified ? words.verifiedTitle : words.notVerifiedTitle}
      </h4>
      <p>{verified ? words.verifiedText : words.notVerifiedText}</p>
      {safety !== null ? <Compare safety={safety} member={member} /> : <p>{words.none}</p>}
      {safety === null ? null : <SafetyNumber number={safety.number} />}
      {safety !== null && !verified ? <p>{safetyWords.notHere}</p> : null}
    </section>
  );
}

/** The pictures, if there is a connection, and the answer. */
function Compare({ safety, member }: { readonly safety: Safety; readonly member: RoomMember }) {
  const { member: words } = useRoomWords();
  const { safety: safetyWords } = useLaterWords();
  const { verbs } = useScene();
  const [differs, setDiffers] = useState(false);
  const answer = (same: boolean) => {
    setDiffers(!same && !member.verified);
    verbs.verifyMember(member.id, same);
  };
  return (
    <>
      {safety.signs.length > 0 ? <Signs signs={safety.signs} /> : <p>{words.numberOnly}</p>}
      {differs ? (
        <p className={verification.differs} role="alert">
          {words.differs}
        </p>
      ) : null}
      {member.verified ? (
        <div className={verification.back}>
          <Button onPress={() => answer(false)}>{safetyWords.takeBack}</Button>
        </div>
      ) : (
        <div className={verification.pair}>
          <Button onPress={() => answer(false)}>{safetyWords.noMatch}</Button>
          <Button onPress={() => answer(true)}>{safetyWords.match}</Button>
        </div>
      )}
    </>
  );
}

/** What can be compared now: undefined while it is looked for, null if there is nothing. */
function useSafety({ id }: RoomMember): Safety | null | undefined {
  const { verbs } = useScene();
  const [safety, setSafety] = useState<Safety | null>();
  useEffect(() => {
    let over = false;
    void verbs.safetyOf(id).then((found) => (over ? undefined : setSafety(found)));
    return () => {
      over = true;
    };
  }, [verbs, id]);
  return safety;
}
