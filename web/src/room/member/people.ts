/** Who is a member or was one, and who of them is here. */
import type { Person } from './config';
import { linkTo, type State } from './state';

/** The members and those who were, the founder first, then in the order in which they were let in. */
export function peopleOf(s: State): Person[] {
  if (s.room === null) return [];
  const { history } = s.room;
  return history.members().map(({ id, name, admission, in: isIn }) => {
    const stay = s.stays.here.get(id);
    const self = id === s.self;
    return {
      id, name, admission, self,
      in: isIn,
      here: isIn && (self || stay !== undefined),
      linked: linkTo(s, id) !== undefined,
      door: self ? s.doors.open : stay?.stay === 'door',
      founder: id === history.founder,
    };
  });
}
