package main

const chatUsage = `parley chat [flags] [ROOM-LINK] finds somebody and talks: each line that you write is a message.
Ctrl-D or Ctrl-C says goodbye. Without a room's link or code, -code and -create it looks for a stranger.
A room holds up to a hundred, who all hear each other.

Exit code: 0 they left or you did, 4 they were lost, 5 the services cannot be reached, 6 no such room
(not found, over, full, locked, it has removed you, or the link or short code is not right), 7 not the device that
-expect names, 1 anything else.

FIRESTORE_EMULATOR_HOST and FIREBASE_AUTH_EMULATOR_HOST come before what a local deployment says.

Flags:
`

const chatCommandsUsage = `
In a room, a line that begins with / is a command (and with // a text that begins with /):
`

const chatJSONUsage = `
With -json each line that is written is an object. "event" says what it is, and what else it has:
  waiting, signaling, connecting, proving, reconnecting, reconnected, again, no_ice_servers, no_relay
                   how far it has come
  failed           failure (SPEC section 8), detail: the end, as the exit code says
  refused          detail: what was written was not sent, or not done
With strangers:
  connected        path (direct, relayed or unknown), line (carrier, round_trip_ms), safety (emoji, identity, number)
  message          text
  left, lost, replaced
                   how it ended
In rooms:
  room             code, link: secrets, for who is invited. Again after moved, and for /link
  in               you were let in: what you write is said
  code             code: the short one, for one person
  code_over        detail: why it is over
  text             id, time, text, and where it is so: reply (the id of what it answers), edited, deleted, gone (it is
                   over, or nobody has it), reactions (emoji, by: identities), earlier (said before you came, or kept)
  changed          the same of a text that was edited, taken back or reacted to, as it is now
  got, read        id: who has got, or read, your texts up to this one
  typing, quiet    who writes, or does not any more
  came, left       who is here, or is not any more
  admitted         by (identity), id, time: who was let in
  named            former, id, time: who is called otherwise
  removed          by, id, time: who was removed
  settings         settings (name, topic, invite, locked, history, keepSeconds), id, time: the room's, from here on
  moved            the link is another one, since somebody was removed
  fault            rule (of the SPEC): who broke it
  help             detail: the commands
  members          members (name, identity, self, founder, here, muted): for /who
All about somebody have "name", "identity", and "self" if it is you; "lost" is how many were left out before, because
nobody read them in time.
`
