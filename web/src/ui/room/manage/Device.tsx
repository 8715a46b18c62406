import { Download, Trash2 } from 'lucide-react';
import { Suspense, useState } from 'react';
import { Button } from '../../parts/Button';
import { lazyPart } from '../../parts/lazyPart';
import { Toggle } from '../../parts/Toggle';
import { useSession } from '../../state/useSession';
import { useRoomWords } from '../../words/useRoomWords';
import { tidyName } from '../naming';
import { useScene } from '../scene';
import styles from './About.module.css';
import { fileName, handOver } from './saving';

const { Part: Confirm } = lazyPart(async () => (await import('../../parts/Confirm')).Confirm);

/** What this device keeps of the room, a copy of it, and the way to forget it. */
export function Device() {
  const { settings: words, files } = useRoomWords();
  const { state, verbs } = useScene();
  return (
    <section className={styles.part}>
      <h3 className={styles.title}>{words.device}</h3>
      <Toggle
        text={state.keepable ? words.keptText : words.notKeepable}
        on={state.kept}
        disabled={!state.keepable}
        onTurn={(kept) => verbs.keep(kept)}
      >
        {words.kept}
      </Toggle>
      <Toggle text={files.picturesText} on={state.pictures} onTurn={(on) => verbs.showPictures(on)}>
        {files.pictures}
      </Toggle>
      <Save />
      <Forget />
    </section>
  );
}

function Save() {
  const { settings: words, unnamed } = useRoomWords();
  const { state, verbs } = useScene();
  const [failed, setFailed] = useState(false);
  const save = (form: 'json' | 'text') => {
    setFailed(false);
    const name = tidyName(state.settings.name) || unnamed;
    verbs.save(form).then(
      (blob) => handOver(blob, fileName(name, form)),
      () => setFailed(true),
    );
  };
  return (
    <div className={styles.block}>
      <p className={styles.name}>{words.saveAs}</p>
      <p className={styles.text}>{words.saveAsText}</p>
      <div className={styles.row}>
        <Button icon={<Download size={18} />} onPress={() => save('text')}>
          {words.saveText}
        </Button>
        <Button icon={<Download size={18} />} onPress={() => save('json')}>
          {words.saveJson}
        </Button>
      </div>
      <p className={styles.failed} role="alert">
        {failed ? words.saveFailed : null}
      </p>
    </div>
  );
}

function Forget() {
  const { settings: words, forget } = useRoomWords();
  const { state } = useScene();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.block}>
      <p className={styles.text}>{words.forgetText}</p>
      <div className={styles.row}>
        <Button icon={<Trash2 size={18} />} onPress={() => setAsking(true)}>
          {words.forget}
        </Button>
      </div>
      {asking ? (
        <Suspense>
          <Confirm
            title={forget.title}
            text={state.founder ? `${forget.text} ${forget.founder}` : forget.text}
            yes={forget.yes}
            no={forget.no}
            onYes={() => session.rooms.forgetRoom(state.id)}
            onNo={() => setAsking(false)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
