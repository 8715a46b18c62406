import type { ConnectStep, FailureName } from '../../session/model';
import { countOf, formatsFor } from './formats';

const formats = formatsFor('en');

/** What a person reads when something did not work: three short answers. */
export type FailureWords = {
  /** The heading: the shortest form of what happened. */
  readonly title: string;
  /** What happened, in one or two sentences. */
  readonly happened: string;
  /** What Parley did or does about it. */
  readonly parley: string;
  /** What the person can do. */
  readonly you: string;
};

const failures: Readonly<Record<FailureName, FailureWords>> = {
  offline: {
    title: 'You are offline',
    happened: 'This device has no network connection right now.',
    parley: 'Parley has stopped trying, so nothing is left half open.',
    you: 'Check Wi-Fi or mobile data, then try again.',
  },
  sign_in_failed: {
    title: 'Could not sign in',
    happened: 'Parley signs you in without a name or a password. The service for that did not answer, or said no.',
    parley: 'Nothing was sent to anyone.',
    you: 'Try again in a moment. If you use a strict blocker, allow this page.',
  },
  function_unavailable: {
    title: 'The meeting service does not answer',
    happened: 'The small service that brings people together cannot be reached.',
    parley: 'Parley asked several times, with pauses, before it gave up.',
    you: 'Try again in a minute. Conversations that are already open are not affected.',
  },
  store_unavailable: {
    title: 'The meeting point does not answer',
    happened: 'First contact needs a shared notice board on the internet, and it cannot be reached.',
    parley: 'Nothing is left half open. Conversations that are already open do not need it.',
    you: 'Try again in a minute. Some company networks block it: another network may help.',
  },
  relay_unavailable: {
    title: 'No relay to hide behind',
    happened: '«Hide my address» needs a relay, and there is none to be had right now.',
    parley: 'Parley did not connect: the other side would have seen your address.',
    you: 'Try again in a minute, or switch off «Hide my address» in the settings.',
  },
  link_broken: {
    title: 'This link or code is not whole',
    happened:
      'A link ends in a code of 23 characters. A code that is read aloud is a number and two words, like 417-apple-river. ' +
      'This is neither.',
    parley: 'It was checked on this device only. Nothing was sent.',
    you: 'Copy the whole link once more, or have the code read to you again.',
  },
  room_not_found: {
    title: 'There is no such room',
    happened: 'The link is whole, but there is no room behind it. It may be long gone.',
    parley: 'Parley looked where the link points and left nothing behind.',
    you: 'Ask for a new link, or create a room and send yours.',
  },
  room_over: {
    title: 'This room is over',
    happened: 'It was closed, or nobody has been in it for a day.',
    parley: 'Parley looked where the link points. Only somebody who was in the room can open it again.',
    you: 'Ask them to open it, or create a room and send yours.',
  },
  room_full: {
    title: 'This room is full',
    happened: 'A hundred people are in it, and that is as many as a room holds.',
    parley: 'Parley knocked and went away again. Nobody was disturbed.',
    you: 'Try again when somebody has left, or create a room of your own.',
  },
  open_elsewhere: {
    title: 'Open in another tab',
    happened: 'You opened this room in another tab or window of this browser.',
    parley: 'The room moved there. Nothing was lost, and the others saw nothing of it.',
    you: 'Go on there, or bring it back to this one.',
  },
  room_locked: {
    title: 'This room takes nobody new',
    happened: 'The link is right, but the room is locked, or only its founder lets people in.',
    parley: 'Parley knocked and went away again. You were shown nothing of what is said there.',
    you: 'Ask whoever sent you the link to let you in, and try again then.',
  },
  removed: {
    title: 'You were removed from this room',
    happened: 'Its founder has removed this device. What is said there from now on is out of its reach.',
    parley: 'The connections to the room are closed. What you wrote before stays with the others.',
    you: 'If it was a mistake, ask the founder for a new link.',
  },
  connection_failed: {
    title: 'No way through',
    happened: 'You found each other, but no path between your networks opened.',
    parley: 'Parley tried every path that both sides offered.',
    you: 'Try again, or on another network: mobile data in place of company Wi-Fi.',
  },
  protocol_error: {
    title: 'They speak another Parley',
    happened: 'The other side sent something that this version does not understand.',
    parley: 'It was refused, and the connection was closed.',
    you: 'Reload the page on both sides to get the same version, then try again.',
  },
  tampered: {
    title: 'Something was changed on the way',
    happened: 'What arrived was not what the other side made. Somebody between you may have tried to take their place.',
    parley: 'It was refused before any message was shown or sent, and the attempt was closed.',
    you: 'Try again, on another network if you can. If it comes back, meet by a link or a code that you read aloud.',
  },
  code_wrong: {
    title: 'That is not the code',
    happened: 'The number leads somewhere, but the two words are not the ones that belong to it.',
    parley: 'Parley found that out without sending your words to anyone.',
    you: 'Ask them to read the code once more. It stands three wrong guesses, and is used up then.',
  },
  code_over: {
    title: 'This code is used up',
    happened: 'A short code works once, for ten minutes and three guesses at most. This one has ended, or never was.',
    parley: 'Parley asked for its number only. Your words were not sent to anyone.',
    you: 'Ask them for a new one. It takes them one press.',
  },
  browser_too_old: {
    title: 'This browser cannot run Parley',
    happened: 'It lacks what Parley needs to connect two browsers, or has it switched off.',
    parley: 'Nothing was sent to anyone.',
    you: 'Update it, or use a current Chrome, Edge, Firefox or Safari. The address must begin with https.',
  },
  peer_lost: {
    title: 'The connection broke',
    happened: 'You were connected, and then they were gone without a goodbye. Sleep or a change of network does that.',
    parley: 'Parley waited for them to come back before it gave up.',
    you: 'Try again. They may be looking for you too.',
  },
  internal: {
    title: 'Something went wrong in Parley',
    happened: 'This is a mistake in Parley, not something that you did.',
    parley: 'It stopped, and nothing goes on behind your back.',
    you: 'Try again. If it comes back, reload the page.',
  },
};

const steps: Readonly<Record<ConnectStep, string>> = {
  'signing-in': 'Signing in, without a name',
  asking: 'Asking who is there',
  exchanging: 'Exchanging addresses',
  checking: 'Looking for a path',
  opening: 'Opening the line',
};

/**
 * The English catalogue: every word that Parley shows, but those that come later (`english-later.ts`). Other languages
 * take the same form.
 */
export const english = {
  locale: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',
  formats,
  name: 'Parley',

  start: {
    heading: 'Sit down with someone.',
    lead: 'Your words go from your browser to theirs, encrypted all the way. No server keeps them.',
    find: 'Find someone',
    create: 'Create a room',
    joinLabel: 'Got a link or a code?',
    joinPlaceholder: 'Paste or type it here',
    join: 'Join',
    joinEmpty: 'Paste a link or type a code first.',
    honesty: 'You meet strangers here. Nobody counts as verified until the two of you have compared.',
  },

  waiting: {
    strangerHeading: 'Looking for someone',
    strangerLead: 'Usually a few seconds.',
    quietLead: 'Parley keeps looking. Or send a link to somebody you know.',
    invite: 'Invite a friend instead',
    elapsed: (time: string) => `Waiting for ${time}`,
    cancel: 'Cancel',
  },

  connecting: {
    strangerHeading: 'Somebody is there',
    roomHeading: 'Going in',
    firstHeading: 'One moment',
    steps,
    stepsLabel: 'Steps',
    slow: 'This takes longer than usual. The networks between you are being difficult; Parley keeps trying.',
    cancel: 'Cancel',
    done: 'done',
  },

  talk: {
    unsteady: 'The line is unsteady. Parley is looking for another path; keep writing.',
    reconnecting: 'The connection broke. Parley is finding a new one; what you write is kept and arrives over that.',
    left: 'They left.',
    lost: 'The connection broke off. What you both said stays readable here.',
    says: (text: string) => `They: ${text}`,
    saysMany: (n: number) => countOf('en', n, { one: '# new message', other: '# new messages' }),
  },

  confirm: {
    title: 'Leave this conversation?',
    text: 'It is kept nowhere. Once you leave, it cannot be opened again.',
    move: 'Leave for the other room?',
    moveText: 'You opened a link to another room. This conversation is kept nowhere and cannot be opened again.',
    leave: 'Leave',
    stay: 'Stay',
  },

  failed: {
    words: failures,
    happened: 'What happened',
    parley: 'What Parley does',
    you: 'What you can do',
    retryFind: 'Try again',
    retryEnter: 'Try again',
    start: 'Back to start',
    reload: 'Try again',
  },

  down: {
    title: 'Parley cannot start',
    happened: 'The page is here, but the rest of Parley did not load. The services behind it may be down.',
    parley: 'Nothing was sent to anyone.',
    you: 'Check your connection and try again in a minute.',
  } satisfies FailureWords,

  settings: { open: 'Settings' },

  status: {
    waitingStranger: 'Looking for someone',
    connecting: 'Connecting',
    talking: 'Talking',
    room: 'A room',
    verified: 'Verified',
    notVerified: 'Not verified',
    unsteady: 'Unsteady',
    reconnecting: 'Reconnecting',
    left: 'They left',
    lost: 'Broken off',
    connected: 'Connected. You can talk now.',
  },
};

/** The form of a catalogue; a language that lacks a word does not compile. */
export type Words = typeof english;
