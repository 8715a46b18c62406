import { Paperclip } from 'lucide-react';
import { Suspense, useRef, useState, type RefObject } from 'react';
import { Button } from '../../parts/Button';
import { lazyPart } from '../../parts/lazyPart';
import { useRoomWords } from '../../words/useRoomWords';
import styles from './Attach.module.css';

const { Part: AttachMenu } = lazyPart(async () => (await import('./AttachMenu')).AttachMenu);

/** The button for files: on a phone it opens the choice of files at once, else it asks whether a folder is meant. */
export function Attach({ onPick }: { readonly onPick: (files: Iterable<File>) => void }) {
  const { attach } = useRoomWords().files;
  const [menu, setMenu] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const [files, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const open = () => {
    if (matchMedia('(pointer: coarse)').matches) files.current?.click();
    else setMenu(true);
  };
  return (
    <span ref={place} className={styles.attach}>
      <Button look="quiet" label={attach.open} shortcut="Alt+A" icon={<Paperclip size={20} />} onPress={open}>
        {null}
      </Button>
      <Field field={files} label={attach.files} onPick={onPick} />
      <Field field={folder} label={attach.folder} folder onPick={onPick} />
      {menu ? (
        <Suspense>
          <AttachMenu
            beside={place}
            onFiles={() => files.current?.click()}
            onFolder={() => folder.current?.click()}
            onClose={() => setMenu(false)}
          />
        </Suspense>
      ) : null}
    </span>
  );
}

/** The browser's own choice of files; nobody sees the field. */
function Field({
  field,
  label,
  folder = false,
  onPick,
}: {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly folder?: boolean;
  readonly onPick: (files: Iterable<File>) => void;
}) {
  return (
    <input
      ref={field}
      {...(folder ? { webkitdirectory: '' } : {})}
      type="file"
      multiple
      hidden
      aria-label={label}
      onChange={({ currentTarget }) => {
        if (currentTarget.files !== null && currentTarget.files.length > 0) onPick([...currentTarget.files]);
        // The same one can be chosen again.
        currentTarget.value = '';
      }}
    />
  );
}
