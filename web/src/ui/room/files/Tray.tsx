import { X } from 'lucide-react';
import { useRoomWords } from '../../words/useRoomWords';
import { FileIcon } from './Icon';
import { itemsOf, MOST_FILES } from './picking';
import { shortName } from './telling';
import styles from './Tray.module.css';
import { useFileFormats } from './useFileFormats';
import type { Picking } from './usePicking';

/** So many are shown one by one. */
const MOST_SHOWN = 20;

/** What was picked and goes out with the next press of Send; each can be left out. */
export function Tray({ picking }: { readonly picking: Picking }) {
  const { files: words } = useRoomWords();
  const { attach } = words;
  const { size } = useFileFormats();
  const { picked, fault } = picking;
  const items = itemsOf(picked);
  const total = items.reduce((sum, item) => sum + item.size, 0);
  return (
    <>
      {items.length === 0 ? null : (
        <div className={styles.tray}>
          <div className={styles.head}>
            <p className={styles.title}>
              {attach.ready}
              {picked.length > 1 ? <span className={styles.size}> <bdi>{attach.total(picked.length, size(total))}</bdi></span> : null}
            </p>
            <Remove label={items.length > 1 ? attach.removeAll : attach.remove(shortName(items[0]?.name ?? ''))} onPress={picking.clear} />
          </div>
          <ul className={styles.list} aria-label={attach.ready}>
            {items.slice(0, MOST_SHOWN).map((item) => (
              <li key={item.name} className={styles.one}>
                <FileIcon sort={item.folder ? 'folder' : 'other'} size={18} />
                <span className={styles.name}>
                  <bdi>{shortName(item.name)}</bdi>
                </span>
                <span className={styles.size}>
                  <bdi>{item.folder ? attach.total(item.files, size(item.size)) : size(item.size)}</bdi>
                </span>
                {items.length > 1 ? (
                  <Remove label={attach.remove(shortName(item.name))} onPress={() => picking.remove(item.name)} />
                ) : null}
              </li>
            ))}
            {items.length > MOST_SHOWN ? <li className={styles.size}>{words.listMore(items.length - MOST_SHOWN)}</li> : null}
          </ul>
        </div>
      )}
      <p className={styles.fault} role="alert">
        {fault === null ? null : fault === 'tooMany' ? attach.tooMany(MOST_FILES) : attach[fault]}
      </p>
    </>
  );
}

function Remove({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <button type="button" className={styles.remove} aria-label={label} title={label} onClick={onPress}>
      <X size={18} />
    </button>
  );
}
