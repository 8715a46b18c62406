import { LogOut, UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { RoomSettings } from '../../../session/room-model';
import { Button } from '../../parts/Button';
import { Sheet, SheetHead } from '../../parts/Sheet';
import { useRoomWords } from '../../words/useRoomWords';
import { useCompany, useScene } from '../scene';
import styles from './About.module.css';
import { Device } from './Device';
import { Keys } from './Keys';
import { Leave } from './Leave';
import { Rules } from './Rules';

type Props = { readonly onInvite: () => void; readonly onClose: () => void };

/** What the room is, how it is run, and what this device keeps of it. The founder changes it, the others read it. */
export function About({ onInvite, onClose }: Props) {
  const { settings: words, invite } = useRoomWords();
  const { state } = useScene();
  const { nameOf } = useCompany();
  const founder = state.members.find((member) => member.founder);
  const [leaving, setLeaving] = useState(false);
  return (
    <Sheet onClose={onClose}>
      <SheetHead title={words.title} close={words.close} onClose={onClose} />
      <p className={styles.text}>
        {state.founder ? words.youFounded : founder === undefined ? null : words.founded(nameOf(founder.id))}
      </p>
      {state.founder ? <Naming settings={state.settings} /> : <Named settings={state.settings} />}
      <div className={styles.ways}>
        <Button icon={<UserPlus size={18} />} onPress={onInvite}>
          {invite.title}
        </Button>
        <Button icon={<LogOut size={18} />} onPress={() => setLeaving(true)}>
          {words.leave}
        </Button>
      </div>
      <Rules />
      <Device />
      <Keys />
      {leaving ? <Leave onStay={() => setLeaving(false)} /> : null}
    </Sheet>
  );
}

/** What the room is called and what it is about, to be changed. */
function Naming({ settings }: { readonly settings: RoomSettings }) {
  const { settings: words } = useRoomWords();
  const { verbs } = useScene();
  const [name, setName] = useState(settings.name);
  const [topic, setTopic] = useState(settings.topic);
  const same = name.trim() === settings.name && topic.trim() === settings.topic;
  return (
    <form
      className={styles.naming}
      onSubmit={(event) => {
        event.preventDefault();
        if (!same) verbs.arrange({ name: name.trim(), topic: topic.trim() });
      }}
    >
      <label className={styles.label} htmlFor="room-name">
        {words.name}
      </label>
      <input id="room-name" className={styles.field} value={name} maxLength={100} dir="auto" autoComplete="off" onChange={(event) => setName(event.target.value)} />
      <label className={styles.label} htmlFor="room-topic">
        {words.topic}
      </label>
      <textarea id="room-topic" className={styles.field} value={topic} maxLength={1000} rows={2} dir="auto" onChange={(event) => setTopic(event.target.value)} />
      <div>
        <Button type="submit" look={same ? 'plain' : 'primary'} disabled={same} onPress={() => undefined}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

/** The same, to be read. */
function Named({ settings }: { readonly settings: RoomSettings }) {
  const { settings: words } = useRoomWords();
  return (
    <dl className={styles.named}>
      <dt>{words.name}</dt>
      <dd dir="auto">{settings.name || words.noName}</dd>
      <dt>{words.topic}</dt>
      <dd dir="auto">{settings.topic || words.noTopic}</dd>
    </dl>
  );
}
