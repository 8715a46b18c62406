import { createContext, use } from 'react';
import { englishRoom, type RoomWords } from './english-room';

/** The words of rooms of many in the language that the screens speak. */
export const RoomWordsContext = createContext<RoomWords>(englishRoom);

/** The words of rooms of many. Only parts that come with a room, or with the list of rooms, may ask for them. */
export function useRoomWords(): RoomWords {
  return use(RoomWordsContext);
}
