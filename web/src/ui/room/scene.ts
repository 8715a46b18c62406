import { createContext, use, useState } from 'react';
import type { IdentityKey } from '../../protocol/ids';
import type { RoomMember, RoomState, RoomVerbs } from '../../session/room-model';
import { useRoomWords } from '../words/useRoomWords';
import { callMembers } from './naming';

/** The room that is shown, and what can be done in it. */
export type Scene = { readonly state: RoomState; readonly verbs: RoomVerbs };

/** Set by the room's screen. */
export const SceneContext = createContext<Scene | null>(null);

/** The room that is shown. */
export function useScene(): Scene {
  const scene = use(SceneContext);
  if (scene === null) throw new Error('ui: SceneContext is not set');
  return scene;
}

/** What the lines of a room need to know of its members: it changes rarely, unlike who is here and who is writing. */
export type Company = {
  /** How each is called here. */
  readonly names: ReadonlyMap<IdentityKey, string>;
  readonly hidden: ReadonlySet<IdentityKey>;
  readonly self: IdentityKey | null;
};

/** Set by the room's screen. */
export const CompanyContext = createContext<Company>({ names: new Map(), hidden: new Set(), self: null });

/** How the members are called, and who of them is hidden. */
export function useCompany(): Company & { readonly nameOf: (id: IdentityKey) => string } {
  const company = use(CompanyContext);
  const { names } = useRoomWords();
  // Whoever is in no list was let in long ago, by somebody who is not known here.
  return { ...company, nameOf: (id) => company.names.get(id) ?? names.somebody };
}

/** The company of these members; the same object until it changes. */
export function useCompanyOf(members: readonly RoomMember[]): Company {
  const { names: words } = useRoomWords();
  const [company, setCompany] = useState<Company | null>(null);
  const [of, setOf] = useState<readonly RoomMember[] | null>(null);
  if (of === members && company !== null) return company;
  const next: Company = {
    names: callMembers(members, words),
    hidden: new Set(members.filter(({ hidden }) => hidden).map(({ id }) => id)),
    self: members.find(({ self }) => self)?.id ?? null,
  };
  setOf(members);
  if (company !== null && sameCompany(company, next)) return company;
  setCompany(next);
  return next;
}

function sameCompany(a: Company, b: Company): boolean {
  return (
    a.self === b.self &&
    a.names.size === b.names.size &&
    a.hidden.size === b.hidden.size &&
    [...a.names].every(([id, name]) => b.names.get(id) === name) &&
    [...a.hidden].every((id) => b.hidden.has(id))
  );
}
