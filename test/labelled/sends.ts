/** What customers get: how often, in which order, and whether it is the right one who gets it. */
import { ana, failing, image, posted, read, rui, text, zoe } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const hello = text(ana, "Olá! Em que posso ajudar?");
const bye = text(ana, "Até logo");
const wait = text(ana, "Um momento");

export const sends: readonly Labelled[] = [
  outside("nothing", [[], []]),
  outside("the same text", [[hello], [hello]]),
  outside("the same three texts", [
    [hello, wait, bye],
    [hello, wait, bye],
  ]),
  outside("the same text twice on both sides", [
    [hello, hello],
    [hello, hello],
  ]),
  outside("the same to two people, in another order", [
    [text(ana, "Oi"), text(rui, "Oi")],
    [text(rui, "Oi"), text(ana, "Oi")],
  ]),
  outside("texts to two people, interleaved otherwise", [
    [text(ana, "a1"), text(rui, "r1"), text(ana, "a2"), text(rui, "r2")],
    [text(ana, "a1"), text(ana, "a2"), text(rui, "r1"), text(rui, "r2")],
  ]),

  outside("no answer", [[hello], []], "critical missing /effects/send.text/0"),
  outside("an answer where legacy is silent", [[], [hello]], "critical extra /effects/send.text/0"),
  outside("the second of two texts is missing", [[hello, bye], [hello]], "critical missing /effects/send.text/1"),
  outside("the first of two texts is missing", [[hello, bye], [bye]], "critical missing /effects/send.text/0"),
  outside(
    "the middle one of three is missing",
    [
      [hello, wait, bye],
      [hello, bye],
    ],
    "critical missing /effects/send.text/1",
  ),
  outside("one text too many at the end", [[hello], [hello, bye]], "critical extra /effects/send.text/1"),
  outside("one text too many at the front", [[bye], [hello, bye]], "critical extra /effects/send.text/0"),
  outside("a text sent twice", [[hello], [hello, hello]], "critical duplicated /effects/send.text/0"),
  outside("a text sent twice by legacy", [[hello, hello], [hello]], "critical duplicated /effects/send.text/0"),
  outside("a text sent three times", [[hello], [hello, hello, hello]], "critical duplicated /effects/send.text/0"),
  outside(
    "twice on one side, three times on the other",
    [
      [hello, hello],
      [hello, hello, hello],
    ],
    "critical duplicated /effects/send.text/0",
  ),
  outside(
    "a text twice, and another missing",
    [
      [hello, bye],
      [hello, hello],
    ],
    "critical missing /effects/send.text/1",
    "critical duplicated /effects/send.text/0",
  ),
  outside(
    "nobody gets anything",
    [[text(ana, "a"), text(rui, "b")], []],
    "critical missing /effects/send.text/0",
    "critical missing /effects/send.text/1",
  ),
  outside(
    "one of two people gets nothing",
    [[text(ana, "a"), text(rui, "b")], [text(ana, "a")]],
    "critical missing /effects/send.text/1",
  ),

  outside(
    "the order turned",
    [
      [hello, bye],
      [bye, hello],
    ],
    "major reordered /effects/send",
  ),
  outside(
    "the last of three first",
    [
      [hello, wait, bye],
      [bye, hello, wait],
    ],
    "major reordered /effects/send",
  ),
  outside(
    "a text and a picture turned",
    [
      [hello, image(ana, "901")],
      [image(ana, "901"), hello],
    ],
    "major reordered /effects/send",
  ),
  outside(
    "the order turned for one of two people",
    [
      [hello, bye, text(rui, "a"), text(rui, "b")],
      [bye, hello, text(rui, "a"), text(rui, "b")],
    ],
    "major reordered /effects/send",
  ),
  outside(
    "the order turned, and one text too many",
    [
      [hello, bye],
      [bye, hello, wait],
    ],
    "major reordered /effects/send",
    "critical extra /effects/send.text/2",
  ),

  outside(
    "to somebody else",
    [[text(ana, "Oi")], [text(zoe, "Oi")]],
    "critical changed /effects/send.text/0/recipient",
  ),
  outside(
    "recipients swapped",
    [
      [text(ana, "para Ana"), text(rui, "para Rui")],
      [text(rui, "para Ana"), text(ana, "para Rui")],
    ],
    "critical changed /effects/send.text/0/recipient",
    "critical changed /effects/send.text/1/recipient",
  ),
  outside(
    "to somebody else, saying something else",
    [[text(ana, "Oi Ana")], [text(zoe, "Hello")]],
    "critical missing /effects/send.text/0",
    "critical extra /effects/send.text/0",
  ),
  outside(
    "to one more person",
    [[text(ana, "Oi")], [text(ana, "Oi"), text(zoe, "Oi")]],
    "critical extra /effects/send.text/1",
  ),
  outside(
    "to the business itself",
    [[text(ana, "Oi")], [text("15550783881", "Oi")]],
    "critical changed /effects/send.text/0/recipient",
  ),
  outside(
    "from another number of the business",
    [
      [posted({ to: ana, type: "text", text: { body: "Oi" } })],
      [posted({ to: ana, type: "text", text: { body: "Oi" } }, "204452097716533")],
    ],
    "major changed /effects/send.text/0/phone_number_id",
  ),

  outside("a send refused and made again", [[hello], [failing(hello), hello]]),
  outside("legacy's send was refused outside, the candidate's was held", [[failing(hello)], [hello]]),
  outside("a send refused on both sides", [[failing(hello)], [failing(hello)]]),
  outside(
    "no answer, and not even the mark",
    [[read("wamid.IN.1"), hello], []],
    "critical missing /effects/send.text/0",
    "minor missing /effects/mark-read/0",
  ),
];
