import type { EpochMs, Message } from '../../session/model';

type Line = readonly [from: Message['from'], minutesAgo: number, text: string];

const MINUTE = 60_000;

function talk(now: EpochMs, lines: readonly Line[]): Message[] {
  return lines.map(([from, ago, text], i) => ({ id: `m${i}`, from, text, at: now - ago * MINUTE, status: 'sent' }));
}

/** A talk that has just begun. */
export function firstWords(now: EpochMs): Message[] {
  return talk(now, [
    ['them', 2, 'Hello. Where in the world are you?'],
    ['me', 1, 'By the sea, in a kitchen with the window open. You?'],
  ]);
}

/** Stacks, pauses, two days, a link and an emoji. */
export function talkOfDays(now: EpochMs): Message[] {
  return talk(now, [
    ['them', 1504, 'I finally planted the pear tree.'],
    ['me', 1503, 'In this weather?'],
    ['them', 1502, 'It is a stubborn tree. So am I.'],
    ['them', 34, 'Hello again'],
    ['them', 34, 'Are you still up for Saturday?'],
    ['me', 32, 'Yes!'],
    [
      'me',
      32,
      'The early boat leaves at ten past eight. I looked it up: https://ferries.example/timetable?from=harbour&day=sat.',
    ],
    ['me', 31, 'Bring something warm, it is colder on the water than you think'],
    ['them', 12, 'Will do. And thank you for finding it'],
    ['them', 11, 'Do you want me to bring lunch, or shall we eat at the place with the blue door?'],
    ['me', 3, 'The blue door. Always the blue door.'],
    ['them', 1, 'Good. See you at eight, then'],
  ]);
}

/** Texts that fill more than a line, and one that has no place to break. */
export function longText(now: EpochMs): Message[] {
  const paragraph =
    'When my grandmother moved to the city she brought one chair, because a chair, she said, is a place and not a thing. ' +
    'For years it stood by the stove and nobody was allowed to paint it. People came to sit in it and tell her what they ' +
    'would not tell anyone else.';
  return talk(now, [
    ['them', 9, 'Tell me about the chair'],
    ['me', 8, `${paragraph}\n\nI have it now. It is not comfortable, and I would not give it away.`],
    ['them', 6, 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2)],
    ['them', 5, 'Sorry, that was the longest word I know. Twice.'],
    [
      'me',
      2,
      'https://archive.example/collections/furniture/1920-1939/kitchen-chairs/beech/unpainted/item-00018273645?view=full&lang=en',
    ],
  ]);
}

/** Right-to-left text, alone and mixed. */
export function arabic(now: EpochMs): Message[] {
  return talk(now, [
    ['them', 6, 'مساء الخير. هل تتكلمين العربية؟'],
    ['me', 5, 'قليلاً، لكنني أحب أن أتعلّم أكثر.'],
    ['them', 4, 'رائع! هذا كتاب جيد للبداية: https://books.example/arabic-101 وهو مجاني.'],
    ['me', 3, 'Thank you. How do you say “table lamp”?'],
    ['them', 2, 'نقول «مصباح الطاولة» (table lamp)، وفي البيت نقول «الأباجورة» فقط.'],
    ['me', 1, 'שלום means peace too, does it not?'],
  ]);
}

/** Code and things that look like it. */
export function codeText(now: EpochMs): Message[] {
  return talk(now, [
    ['them', 6, 'Why does this print three?'],
    [
      'them',
      6,
      'const seats = [1, 2];\nfunction sit(guest) {\n  seats.push(guest);\n  return seats.length;\n}\nconsole.log(sit("you"));',
    ],
    ['me', 4, 'Because push changes the array. There were two, you made three.'],
    ['me', 4, '<script>alert("not today")</script> **stays** as _it_ is'],
    ['them', 1, 'javascript:alert(1) and ftp://old.example are not links, http://old.example/a_(b) is'],
  ]);
}

/** One on its way, one that did not leave. */
export function talkWithFailure(now: EpochMs): Message[] {
  const [first, second, third, fourth] = talk(now, [
    ['them', 3, 'I am on a train, if I vanish it is a tunnel'],
    ['me', 2, 'No hurry'],
    ['me', 1, 'Which side are the mountains on?'],
    ['me', 0, 'Still there?'],
  ]) as [Message, Message, Message, Message];
  return [first, second, { ...third, status: 'failed' }, { ...fourth, status: 'sending' }];
}

/** Many at once. */
export function burst(now: EpochMs, n: number): Message[] {
  return Array.from({ length: n }, (_, i) => ({
    id: `b${i}`,
    from: i % 7 < 5 ? 'them' : 'me',
    text: `Message ${i + 1} of ${n}. ${'A few more words. '.repeat(i % 6)}`.trim(),
    at: now - (n - i) * 50,
    status: 'sent',
  }));
}
