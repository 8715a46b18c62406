/** Who is a member, and who of them is here. */
import type { Person } from './config';
import { linkTo, type State } from './state';

/** The members, the founder first, then in the order in which they were let in. */
export function peopleOf(s: State): Person[] {
  if (s.room === null) return [];
  const { history } = s.room;
  return history.members().filter((one) => one.in).map(({ id, name, admission }) => {
    const stay = s.stays.here.get(id);
    const self = id === s.self;
    return {
      id, name, admission, self,
      here: self || stay !== undefined,
      linked: linkTo(s, id) !== undefined,
      door: self ? s.doors.open : stay?.stay === 'door',
      founder: id === history.founder,
    };
  });
}
