/** What a person says in a room (SPEC E8 to E11). */
import { encodeRoomSettings, type RoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import { encodeAdmission, encodeRemoval } from '../../protocol/event-member';
import { encodeDeletion, encodeEdit, encodeReaction, encodeSaid, encodeSaidFile, type SaidFile } from '../../protocol/event-text';
import type { EventId } from '../../protocol/ids';
import { NotFounder, NotIn } from './config';
import { newRemoval } from './epochs';
import { isFounder, type Peer, type State } from './state';
import { write } from './write';

/** All fail as {@link write} does. */
export const say = (s: State, text: string, reply: EventId | null): Promise<EventId> =>
  write(s, eventKinds.text, encodeSaid({ text, reply }));

export const sayFile = (s: State, said: SaidFile): Promise<EventId> => write(s, eventKinds.file, encodeSaidFile(said));

export const react = (s: State, to: EventId, emoji: string, on: boolean): Promise<EventId> =>
  write(s, eventKinds.reaction, encodeReaction({ to, emoji, on }));

export const edit = (s: State, to: EventId, text: string): Promise<EventId> =>
  write(s, eventKinds.edit, encodeEdit({ to, text }));

export const unsay = (s: State, to: EventId): Promise<EventId> => write(s, eventKinds.deletion, encodeDeletion({ to }));

/** @throws NotFounder. */
export async function configure(s: State, settings: RoomSettings): Promise<EventId> {
  if (!isFounder(s)) throw new NotFounder();
  return write(s, eventKinds.settings, encodeRoomSettings(settings));
}

export async function rename(s: State, name: string): Promise<EventId> {
  const id = await write(s, eventKinds.admission, encodeAdmission({ member: s.self, name }));
  s.name = name;
  return id;
}

/** @throws NotFounder. */
export async function remove(s: State, peer: Peer): Promise<EventId> {
  if (!isFounder(s) || peer === s.self) throw new NotFounder();
  if (s.over || s.room === null) throw new NotIn();
  return write(s, eventKinds.removal, encodeRemoval(newRemoval(s, s.room, peer)));
}
