import type { RoomRefusal, RoomSettings } from '../../session/room-model';
import { englishFiles } from './english-files';
import { count } from './english-later';
import { isolated } from '../room/naming';

/** A name among other words. */
const _ = isolated;

const refusals: Readonly<Record<Exclude<RoomRefusal, 'empty' | 'too_long' | 'not_well_formed' | 'queue_full'>, string>> = {
  not_connected: 'Nobody is connected, so it was not sent. Your text stays here.',
  not_yours: 'Only who wrote it, or the founder, can do that.',
  too_late: 'That is possible for a day after it was written. The day is over.',
  not_in: 'You are not in this room any more. Your text stays here.',
};

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A time that people choose, in the largest unit that it is a whole number of. */
function duration(seconds: number): string {
  if (seconds % (7 * day) === 0) return count(seconds / (7 * day), '# week', '# weeks');
  if (seconds % day === 0) return count(seconds / day, '# day', '# days');
  if (seconds % hour === 0) return count(seconds / hour, '# hour', '# hours');
  return count(Math.round(seconds / minute), '# minute', '# minutes');
}

/** What one setting says, as a sentence about who changed it. */
const changed: { readonly [Name in keyof RoomSettings]: (who: string, now: RoomSettings[Name]) => string } = {
  name: (who, now) => (now === '' ? `${_(who)} took the room’s name away` : `${_(who)} named the room ${_(now)}`),
  topic: (who, now) => (now === '' ? `${_(who)} cleared the topic` : `${_(who)} set the topic: ${_(now)}`),
  invite: (who, now) =>
    now === 'all' ? `${_(who)} lets everybody bring others in` : `${_(who)} alone lets people in from now on`,
  locked: (who, now) => (now ? `${_(who)} locked the room: nobody new comes in` : `${_(who)} unlocked the room`),
  history: (who, now) =>
    now === 'all'
      ? `${_(who)} lets newcomers read what was said before`
      : `${_(who)} lets newcomers read only what comes after them`,
  keepSeconds: (who, now) =>
    now === 0 ? `${_(who)} lets messages stay` : `${_(who)} lets messages disappear after ${duration(now)}`,
};

/** The words of rooms of many; they come with the room's screen. */
export const englishRoom = {
  names: {
    you: 'You',
    guest: (place: number) => `Guest ${place}`,
    somebody: 'Somebody',
    again: (name: string, time: number) => `${name} (${time})`,
  },
  unnamed: 'Room without a name',
  refusals,
  duration,

  top: {
    about: 'About this room',
    rooms: 'Rooms',
    people: 'People',
    search: 'Search',
    here: (n: number) => (n <= 1 ? 'Only you are here' : count(n, '# here', '# here')),
    looking: 'Looking for the others',
    relayed: (n: number) => count(n, '# through a relay', '# through a relay'),
  },

  log: 'What was said',
  line: {
    begun: (who: string) => `${_(who)} opened the room`,
    came: (who: string) => `${_(who)} came in`,
    youCame: 'You came in',
    called: (name: string) => `Now called ${_(name)}`,
    youAreCalled: (name: string) => `You are called ${_(name)} now`,
    uncalled: (who: string) => `${_(who)} goes without a name now`,
    removed: (who: string, whom: string) => `${_(who)} removed ${_(whom)}`,
    changed,
  },
  today: 'Today',
  yesterday: 'Yesterday',
  newLine: 'New',
  you: 'You',
  deleted: 'Deleted',
  disappeared: 'Disappeared',
  gone: 'Not here for you',
  goneAbout: 'It was said before you came, or nobody who is here has it.',
  edited: 'edited',
  ahead: 'clock ahead',
  aheadAbout: 'Their clock says a later time than the one when it came here.',
  hiddenText: (who: string) => `${_(who)} is hidden.`,
  show: 'Show this one',
  quoteGone: 'What this answers is not here',
  quote: 'Answers',
  quoteGo: 'Go there',
  jump: 'Jump to newest',
  unread: (n: number) => (n >= 1000 ? '1,000 and more new messages' : count(n, '# new message', '# new messages')),
  notHere: 'That message is not here.',
  empty: 'Nothing has been said yet.',

  delivery: {
    waiting: 'Waiting for somebody',
    sent: (have: number, of: number) => `Delivered to ${have} of ${of}`,
    delivered: 'Delivered',
    deliveredAll: 'Delivered to all',
    read: 'Read',
    readAll: 'Read by all',
    readBy: (n: number, of: number) => `Read by ${n} of ${of}`,
    about: 'Who has it',
    aboutText:
      'What the people who are linked to you have told. Who has switched that off, or hears of it through others, is not in the list.',
    readList: 'Read',
    haveList: 'Delivered',
    nobody: 'Nobody has it yet. It goes out as soon as somebody is here.',
  },

  typing: {
    one: (who: string) => `${_(who)} is writing`,
    two: (who: string, other: string) => `${_(who)} and ${_(other)} are writing`,
    many: 'Several people are writing',
  },

  act: {
    menu: 'What to do with this message',
    more: 'More',
    react: 'React',
    reply: 'Reply',
    copy: 'Copy text',
    edit: 'Edit',
    unsay: 'Delete for all',
    who: 'Who has it',
    copied: 'Copied',
    reactWith: (emoji: string) => `React with ${emoji}`,
    quick: 'Quick reactions',
    anyEmoji: 'Any other emoji',
    anyEmojiSet: 'React',
    noEmoji: 'One emoji, please.',
    emoji: 'Emoji',
    close: 'Close',
    reacted: (emoji: string, n: number, names: string) => `${emoji} ${n > 1 ? `${n}, ` : ''}${names}`,
    reactions: 'Reactions',
    addReaction: 'Add a reaction',
  },
  unsay: {
    title: 'Delete it for everybody?',
    text: 'It goes from the devices of all who are here, and of the others when they come. Who has read it has read it, and a device that was changed may keep it.',
    yes: 'Delete',
    no: 'Keep it',
  },

  files: englishFiles,

  composer: {
    replying: (who: string) => `Answering ${_(who)}`,
    editing: 'Editing',
    cancel: 'Cancel',
    save: 'Save',
    wrong: 'That cannot be sent.',
  },

  naming: {
    title: 'What should the others call you?',
    label: 'Your name in rooms',
    text: 'Only who is in the room sees it. You can change it among the people.',
    placeholder: 'A name, or none',
    set: 'That is me',
    skip: 'Not now',
    change: 'Change your name',
    changeText: 'The people in this room see it, and those in the rooms that you enter from now on.',
    save: 'Save',
    cancel: 'Cancel',
  },

  alone: {
    title: 'Your room is open',
    text: 'Send this link to whom you want here. It is the key: whoever has it can come in.',
    waiting: 'Write already, if you like. It goes out when somebody comes.',
    still: 'Nobody else has come yet.',
  },

  waits: {
    title: 'Nobody is here yet',
    anyone: 'Nobody who was in this room is here. It goes on as soon as one of them opens it.',
    others: 'Others wait here too, but nobody who was in this room is here. It goes on as soon as one of them opens it.',
    stays: 'Leave this page open, or come back later by the same link.',
    create: 'Make a new room',
    top: 'Waiting',
  },

  tampered: {
    text:
      'A call to this room was changed on the way, or made up: by the meeting point, or by the network. Parley refused it, and ' +
      'nothing was shown to anybody.',
    heed: 'All right',
  },

  invite: {
    title: 'Bring somebody in',
    close: 'Close',
    open: 'Invite',
    text: 'The link is the key: whoever has it can come in.',
    founderOnly: 'Only the founder lets people in. The link opens nothing while the founder is away.',
    locked: 'The room is locked. The link opens nothing until the founder unlocks it.',
  },

  people: {
    title: 'People',
    close: 'Close',
    here: (n: number) => count(n, '# here', '# here'),
    away: (n: number) => count(n, '# away', '# away'),
    removed: 'Removed',
    founder: 'Founder',
    verified: 'Verified',
    notVerified: 'Not verified',
    hidden: 'Hidden',
    self: 'You',
    unnamed: 'No name yet',
    writing: 'writing',
  },

  member: {
    about: (who: string) => `About ${_(who)}`,
    back: 'Back to the people',
    here: 'Here now',
    away: 'Away',
    removed: 'Removed from this room',
    loading: 'Looking for what can be compared',
    none: 'You have not met directly yet, so there is nothing to compare. It appears here when you have.',
    verifiedTitle: 'Verified',
    verifiedText: 'You compared, and it was the same on both screens. This browser remembers their device.',
    notVerifiedTitle: 'Not verified yet',
    notVerifiedText:
      'Whoever has the link can come in, under any name. Compare, and you know that this is the device of the one you think of, and that nobody sits between.',
    numberOnly: 'There is no connection of your own to them just now. Compare the number; it stays the same.',
    differs:
      'Then somebody may sit between you, or it is another person. Tell them nothing that is not for everybody, and ask them another way.',
    hide: 'Hide what they say',
    hideText: 'On this device only. They are not told, and the others see it as before.',
    remove: 'Remove from the room',
    removeText: 'Closes the room to their device for good.',
  },
  remove: {
    title: (who: string) => `Remove ${_(who)}?`,
    text:
      'Their device can read nothing that is said from now on, and the link that everybody knows stops working. What they ' +
      'wrote before stays, and so does what they have read. To let them in again takes a new link and your consent.',
    yes: 'Remove',
    no: 'Let them stay',
  },

  settings: {
    title: 'About this room',
    close: 'Close',
    founded: (who: string) => `${_(who)} founded it and decides how it is run.`,
    youFounded: 'You founded it and decide how it is run.',
    name: 'Name',
    topic: 'What it is about',
    noName: 'It has no name.',
    noTopic: 'Nothing is set.',
    save: 'Save',
    saved: 'Saved',
    rules: 'How it is run',
    invite: 'Everybody may bring others in',
    inviteText: 'When off, only the founder lets people in.',
    locked: 'Locked',
    lockedText: 'Nobody new comes in, whoever has the link.',
    history: 'Newcomers read what was said before',
    historyText: 'When off, they read only what is said after they came.',
    keep: 'Messages disappear',
    keepText: 'From all devices, counted from when they were said.',
    keepNever: 'Never',
    keepAfter: (time: string) => `After ${time}`,
    device: 'On this device',
    kept: 'Keep what is said',
    keptText:
      'Sealed with a key that this browser does not give away. You come back with one press and find it all. When off, it is gone when you close the page.',
    notKeepable: 'This browser does not let Parley keep anything. What is said here is gone when you close the page.',
    saveAs: 'Save a copy',
    saveAsText: 'A file with all that is readable here. It is not sealed.',
    saveText: 'As text',
    saveJson: 'As JSON',
    saveFailed: 'Could not save it. Try again.',
    leave: 'Leave',
    leaveText: 'The others see you go. What is kept stays here, and one press brings you back.',
    leaveUnkept: 'The others see you go. Nothing of it is kept on this device; to come back you need the link.',
    forget: 'Forget this room',
    forgetText: 'Leaves, and deletes what this device keeps of it: what was said, and the way back.',
    changing: 'Only the founder can change this.',
  },
  keys: {
    title: 'Keys',
    list: [
      ['Alt+ArrowUp', 'To the newest message'],
      ['↑ ↓', 'From message to message'],
      ['Home End', 'To the first, to the last'],
      ['Enter', 'What can be done with it'],
      ['↑', 'In an empty field: edit what you wrote last'],
      ['Escape', 'Leave an answer or an edit'],
      ['Alt+ArrowDown', 'Jump to newest'],
      ['Alt+A', 'Attach files'],
      ['Alt+S', 'Search'],
      ['Alt+P', 'People'],
      ['Alt+V', 'Invite'],
      ['Alt+O', 'Rooms'],
      ['Alt+I', 'About this room'],
      ['Alt+,', 'Settings'],
    ] as readonly (readonly [key: string, does: string])[],
  },
  forget: {
    title: 'Forget this room?',
    text: 'What was said is deleted from this device, and so is the key to come back. The others keep theirs.',
    founder: 'You founded it: nobody else can change its settings or remove anybody, now or later.',
    yes: 'Forget it',
    no: 'Keep it',
  },
  leave: {
    title: 'Leave this room?',
    text: 'Nothing of it is kept on this device. To come back you need the link.',
    yes: 'Leave',
    no: 'Stay',
  },

  search: {
    title: 'Search this room',
    close: 'Close',
    label: 'Words to look for',
    placeholder: 'Words',
    none: 'Nothing with these words.',
    found: (n: number) => (n >= 200 ? 'The latest 200' : count(n, '# message', '# messages')),
    looking: 'Looking',
  },

  rooms: {
    title: 'Rooms',
    label: 'Your rooms',
    close: 'Close',
    unread: (n: number) => (n >= 1000 ? '1,000 and more new' : count(n, '# new', '# new')),
    here: (n: number) => count(n, '# here', '# here'),
    kept: 'Kept here',
    open: 'Open',
    shown: 'This one',
    last: (who: string, text: string) => `${_(who)}: ${_(text)}`,
    start: 'To the start page',
    create: 'Create a room',
    none: 'No rooms yet.',
  },

  says: {
    text: (who: string, text: string) => `${who}: ${text}`,
    file: (who: string, what: string, text: string) => `${who} sends ${what}${text === '' ? '' : `: ${text}`}`,
    many: (n: number) => count(n, '# new message', '# new messages'),
    came: (who: string) => `${who} is here`,
    left: (who: string) => `${who} left`,
    cameMany: (n: number) => count(n, '# person came', '# people came'),
    leftMany: (n: number) => count(n, '# person left', '# people left'),
    removed: (who: string) => `${who} was removed`,
    looking: 'The connection to the others broke. Parley is looking for them; keep writing.',
    found: 'Connected to the others again.',
    opened: 'The room is open. You are in.',
  },
};

/** The form of it; a language that lacks a word does not compile. */
export type RoomWords = typeof englishRoom;
