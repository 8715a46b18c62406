import { TriangleAlert } from 'lucide-react';
import { Button } from '../parts/Button';
import notice from '../talk/PeerNotice.module.css';
import { useRoomWords } from '../words/useRoomWords';
import { useScene } from './scene';

/** Somebody between the people and the room has touched a call: said once, without a name, for nobody can know whose it was. */
export function Tampered() {
  const { tampered } = useRoomWords();
  const { verbs } = useScene();
  return (
    <div className={notice.notice} data-kind="caution">
      <p className={notice.text}>
        <span className={notice.icon} aria-hidden="true">
          <TriangleAlert size={20} />
        </span>
        {tampered.text}
      </p>
      <div className={notice.actions}>
        <Button onPress={() => verbs.heed()}>{tampered.heed}</Button>
      </div>
    </div>
  );
}
