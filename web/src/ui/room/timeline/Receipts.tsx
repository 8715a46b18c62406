import { Check, CheckCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { RoomReceipt } from '../../../session/room-model';
import { Sheet, SheetHead } from '../../parts/Sheet';
import { useRoomWords } from '../../words/useRoomWords';
import { Seat } from '../people/Seat';
import { useCompany, useScene } from '../scene';
import styles from './Receipts.module.css';

/** Who has an own text, and who of them has read it, as far as they tell. */
export function Receipts({ id, onClose }: { readonly id: EventId; readonly onClose: () => void }) {
  const { delivery, people } = useRoomWords();
  const { verbs } = useScene();
  const receipts = verbs.receiptsOf(id);
  const read = receipts.filter((one) => one.read);
  const have = receipts.filter((one) => !one.read);
  return (
    <Sheet onClose={onClose} asks={false}>
      <SheetHead title={delivery.about} close={people.close} onClose={onClose} />
      {receipts.length === 0 ? <p className={styles.text}>{delivery.nobody}</p> : null}
      <Names title={delivery.readList} icon={<CheckCheck size={18} aria-hidden="true" />} receipts={read} />
      <Names title={delivery.haveList} icon={<Check size={18} aria-hidden="true" />} receipts={have} />
      {receipts.length === 0 ? null : <p className={styles.text}>{delivery.aboutText}</p>}
    </Sheet>
  );
}

function Names({
  title,
  icon,
  receipts,
}: {
  readonly title: string;
  readonly icon: ReactNode;
  readonly receipts: readonly RoomReceipt[];
}) {
  const { nameOf } = useCompany();
  if (receipts.length === 0) return null;
  return (
    <section className={styles.part}>
      <h3 className={styles.title}>
        {icon}
        {title}
      </h3>
      <ul className={styles.names}>
        {receipts.map(({ member }) => (
          <li key={member} className={styles.one}>
            <Seat id={member} name={nameOf(member)} />
            <bdi>{nameOf(member)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
