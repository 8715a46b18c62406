/** A store that does not carry what it was given. */
import type { Link } from '../../signaling/documents';
import type { World } from './world';

/** Lets the store change links before anybody hears of them. */
export function meddle(world: World, change: (link: Link, key: string) => Link): void {
  const { links } = world.db;
  const set = links.set.bind(links);
  links.set = (key, link) => set(key, change(link, key));
}

/** The same with one bit changed. */
export const flip = (payload: Uint8Array | null): Uint8Array | null =>
  payload?.map((byte, i) => (i === 100 ? byte ^ 1 : byte)) ?? null;
