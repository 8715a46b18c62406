// Package matchmaker pairs strangers: the rules of quick-match, without a store, a clock or a source of
// randomness of its own. A store reads what there is into a [View], asks [Ask] or [Cancel], and applies
// the [Plan] that comes back in one atomic commit under the preconditions that Plan names. Package
// firestorequeue is the store.
//
//	slot    who waits in a pool: one at most
//	ticket  what became of one request of one uid (SPEC A5)
//	room    the link of a pair (SPEC D2): made in the commit that pairs, never before
//
//	ask, nobody waits       slot +            ticket + waiting
//	ask, somebody waits     slot −   room +   ticket + paired
//	ask again, still first  slot: lease
//	cancel                  slot −            ticket: ended
//
// # Why it holds
//
// A ticket document is created once, so of two answers to one request, on two machines, one commit fails
// and decides again, knowing more. A slot is only changed in the version that was read, so nobody is
// paired twice and no lease that was renewed is overtaken. A waiting ticket loses its slot in four ways:
// paired, cancelled (the ticket is ended in the same commit), replaced after its lease (the ticket is
// deleted in the same commit), or handed to a newer request of the same uid (the ticket is moved in the
// same commit). So a waiting ticket that has no slot was paired, and its room says with whom.
//
// # Trust
//
// The uid is what the ID token says. Everything else in a request is the client's word, checked by package
// protocol; it can spoil nothing but the client's own match. Documents are the function's own (SPEC D10)
// except the room, whose two peers may close or delete it.
package matchmaker
