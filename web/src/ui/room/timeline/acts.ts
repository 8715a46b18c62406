import { createContext, use } from 'react';
import type { EventId } from '../../../protocol/ids';
import type { FileAct } from '../files/telling';

/** What a line of the timeline can ask of the screen around it. The same object for as long as the room is shown. */
export type Acts = {
  /** Opens what can be done with a message, beside this element. */
  menu(id: EventId, beside: Element): void;
  /** Opens the choice of emoji, beside this element. */
  pick(id: EventId, beside: Element): void;
  reply(id: EventId): void;
  react(id: EventId, emoji: string, on: boolean): void;
  /** Goes to a message, and shows which one it is. */
  jump(id: EventId): void;
  /** Does something about a file; what would lose something is asked about first. */
  file(id: EventId, act: FileAct): void;
  /** Shows who has an own text. */
  who(id: EventId): void;
};

/** Set by the room's screen. */
export const ActsContext = createContext<Acts | null>(null);

/** What can be asked for. */
export function useActs(): Acts {
  const acts = use(ActsContext);
  if (acts === null) throw new Error('ui: ActsContext is not set');
  return acts;
}
