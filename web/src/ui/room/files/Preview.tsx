import { useState } from 'react';
import type { RoomFile } from '../../../session/file-model';
import { useRoomWords } from '../../words/useRoomWords';
import styles from './Preview.module.css';
import { previewOf, titleOf } from './telling';

/**
 * A picture, sound or film that is here, by elements that run nothing. What the browser cannot show is not shown; the file can still
 * be saved.
 */
export function Preview({ file, tabStop }: { readonly file: RoomFile; readonly tabStop: boolean }) {
  const { files: words } = useRoomWords();
  const [broken, setBroken] = useState<string | null>(null);
  const sort = previewOf(file);
  if (sort === null || file.preview === null || broken === file.preview) return null;
  const given = { src: file.preview, onError: () => setBroken(file.preview) };
  const label = words.preview(titleOf(file, words));
  if (sort === 'picture') return <img {...given} className={styles.picture} alt={label} decoding="async" draggable={false} />;
  const played = { ...given, controls: true, preload: 'metadata', 'aria-label': label, tabIndex: tabStop ? 0 : -1 } as const;
  // Nobody writes captions for what people send each other.
  // eslint-disable-next-line jsx-a11y/media-has-caption
  if (sort === 'sound') return <audio {...played} className={styles.sound} />;
  // eslint-disable-next-line jsx-a11y/media-has-caption
  return <video {...played} className={styles.film} playsInline disablePictureInPicture />;
}
