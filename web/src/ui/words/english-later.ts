import type { Carrier, Line, Path, SendRefusal, ShortCode, StrangerSafety } from '../../session/model';

const number = new Intl.NumberFormat('en');

/** English has two forms. (Not by `countOf`: the build would cut the first load in pieces to share it.) */
export const count = (n: number, one: string, other: string): string =>
  (n === 1 ? one : other).replace('#', number.format(n));

const paths: Readonly<Record<Path, { readonly short: string; readonly title: string; readonly text: string }>> = {
  direct: {
    short: 'Direct',
    title: 'Connected directly',
    text: 'Your words go straight from this browser to the other end of the line. No server carries them.',
  },
  relayed: {
    short: 'Relayed',
    title: 'Connected through a relay',
    text:
      'There is no straight path between your networks, or one of you hides their address. ' +
      'A relay passes the bytes on. They are encrypted from end to end; the relay cannot read them.',
  },
  unknown: {
    short: 'Connected',
    title: 'Connected',
    text: 'The browser has not said yet which path it took: a straight one, or one through a relay.',
  },
};

const carriers: Readonly<Record<Carrier, string>> = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' };

function trip(ms: number): string {
  return ms < 1 ? 'under 1 ms' : `${Math.round(ms)} ms`;
}

const refusals: Readonly<Record<SendRefusal, string>> = {
  empty: 'There is nothing to send yet.',
  too_long: 'Too long to send. A message holds 10,000 characters: shorten it, or send it in parts.',
  not_well_formed: 'It has a broken character in it, so it was not sent. Delete what looks odd and try again.',
  queue_full: 'The line is slow and 1,000 messages wait already. Try again in a moment; your text stays here.',
  not_connected: 'Nobody is connected, so it was not sent. Your text stays here.',
};

/** What is proved about a stranger, and what that means. */
const verified: Readonly<
  Record<StrangerSafety['verified'], { readonly short: string; readonly title: string; readonly text: string }>
> = {
  no: {
    short: 'Not verified',
    title: 'Not verified yet',
    text:
      'You met through a meeting point that neither of you runs. If it lied, somebody could sit between you and read ' +
      'along. The same seven pictures on both screens mean that nobody does.',
  },
  now: {
    short: 'Verified',
    title: 'Verified',
    text:
      'You compared, and it was the same on both screens: nobody sits between your devices. It holds for this ' +
      'conversation. The next time you meet, you are strangers again.',
  },
};

const codeOver: Readonly<Record<Extract<ShortCode, { is: 'over' }>['why'], string>> = {
  time: 'The ten minutes are over. The code opens nothing any more.',
  guesses: 'It was guessed wrong three times, so it opens nothing any more. Somebody misheard it, or was trying.',
};

/** The words of the parts that are not in the first load; they come with them. */
export const englishLater = {
  waiting: {
    linkLabel: 'Link to this room',
    code: 'Room code',
    aloud: 'Read a code aloud',
    qr: 'QR code of the link to this room',
  },

  talk: {
    stranger: 'A stranger',
    you: 'You',
    them: 'They',
    log: 'Conversation',
    empty: 'You are both here. Say something.',
    emptyNote: 'What you write is shown to them and kept nowhere. Close the page and it is gone.',
    composer: 'Message',
    placeholder: 'Write a message',
    send: 'Send',
    sending: 'Sending',
    failed: 'Not delivered',
    unread: (n: number) => count(n, '# new message', '# new messages'),
    jump: 'Jump to newest',
    newLine: 'New',
    leave: 'Leave',
    today: 'Today',
    remaining: (n: number) => count(n, '# character left', '# characters left'),
    over: (n: number) => count(n, '# character too many', '# characters too many'),
    findAnother: 'Find another',
    lookAgain: 'Look again',
    backToStart: 'Back to start',
  },

  copy: {
    link: 'Copy link',
    code: 'Copy code',
    copied: 'Copied',
    failed: 'Could not copy. Select it and copy it by hand.',
  },
  share: { link: 'Share', title: 'Parley', text: 'Talk with me on Parley' },
  newTab: 'opens in a new tab',

  path: {
    ...paths,
    about: 'About this connection',
    carriers,
    trip,
    tripText: (ms: number) => `There and back takes ${trip(ms)}.`,
    carrierText: ({ carrier, ownRelay }: Pick<Line, 'carrier' | 'ownRelay'>) =>
      carrier === null ? '' : `From here to ${ownRelay ? 'the relay' : 'them'} it goes by ${carriers[carrier]}.`,
    close: 'Close',
    unsteady: 'Unsteady',
    reconnecting: 'Reconnecting',
    left: 'Left',
    lost: 'Broken off',
    storeTitle: 'What the meeting point sees',
    store:
      'That two devices met, when, and each one’s network address, as every website does. Never your words. The ' +
      'notes that it carried between you were sealed; that it handed each of you the right key, only comparing shows.',
  },

  safety: {
    verified,
    signs: 'The seven pictures',
    how: 'Call them, or lay both screens side by side, and name the pictures one after the other.',
    notHere: 'Do not send them in this chat: whoever sat in between could answer for the other.',
    noOtherWay: 'No other way to reach them? Then leave it at «Not verified», and write accordingly.',
    match: 'They match',
    noMatch: 'They do not match',
    takeBack: 'Take it back',
    gone: 'They are not here any more, so there is nothing to compare now.',
    mismatchTitle: 'Then somebody may sit between you',
    mismatch:
      'They could read along, and change what you both write. Write nothing more here. Leave, and meet another way: ' +
      'hand over a link yourself, or read a code aloud.',
    leaveNow: 'Leave now',
    lookAgain: 'Look at them again',
    number: 'The number of your two devices',
    numberText:
      'For devices that meet again. It stays the same as long as both keep their data: compare it once, or scan it ' +
      'from the other screen.',
    numberQr: 'QR code of the number',
  },

  shortCode: {
    making: 'Making a code',
    title: 'Read this aloud',
    text: 'They type it on the first page of Parley. It lets one person in.',
    left: (time: string) => `Good for ${time}`,
    over: codeOver,
    failed: 'No code could be made just now. The link works all the same.',
    again: 'Make a new code',
  },

  settings: {
    title: 'Settings',
    close: 'Close',
    relayOnly: 'Hide my address',
    relayOnlyText:
      'Everything goes through a relay, so the other side never learns your network address. ' +
      'A little slower. Counts from the next connection.',
    appearance: 'Appearance',
    system: 'Device',
    light: 'Light',
    dark: 'Dark',
    enterSends: 'Enter sends',
    enterSendsText: 'When off, Enter makes a new line, and Ctrl or ⌘ with Enter sends.',
    sounds: 'Sounds',
    soundsText: 'A soft tone when somebody comes or leaves, and for messages while you look elsewhere.',
    tellTyping: 'Show that I am writing',
    tellTypingText: 'In rooms: the others see it while you write, never what.',
    tellRead: 'Show what I have read',
    tellReadText: 'In rooms: who wrote it sees how many have read it.',
    notStored: 'This browser does not let Parley store anything. Your choices hold until you close this page.',
  },

  doctor: {
    open: 'Check the connection',
    openText: 'Looks at everything that a connection needs from here, and says what is wrong.',
  },

  refusals,
};

/** The form of it; a language that lacks a word does not compile. */
export type LaterWords = typeof englishLater;
