/** One person in several spellings, and people who are not one. */
import { posted, text } from "./calls.ts";
import { type Labelled, outside } from "./pair.ts";

const same = (name: string, one: string, other: string): Labelled =>
  outside(name, [[text(one, "Oi")], [text(other, "Oi")]]);

const another = (name: string, one: string, other: string): Labelled =>
  outside(name, [[text(one, "Oi")], [text(other, "Oi")]], "critical changed /effects/send.text/0/recipient");

const toUser = (recipient: string) => posted({ recipient, type: "text", text: { body: "Oi" } });
const toGroup = (to: string) => posted({ recipient_type: "group", to, type: "text", text: { body: "Oi" } });

export const recipients: readonly Labelled[] = [
  same("a number with a plus", "447700900123", "+447700900123"),
  same("a number with spaces", "447700900123", "+44 7700 900123"),
  same("a number with hyphens and brackets", "5511912345678", "+55 (11) 91234-5678"),
  same("a number as Twilio writes it", "447700900123", "whatsapp:+447700900123"),
  same("a number as a JID", "447700900123", "447700900123@s.whatsapp.net"),
  same("a Brazilian mobile number without its ninth digit", "5511912345678", "551112345678"),
  same("a Brazilian mobile number of Rio without its ninth digit", "5521998765432", "552198765432"),
  same("an Argentine mobile number as it is dialled from abroad", "541123456789", "5491123456789"),
  same("a Mexican mobile number in its old form", "525512345678", "5215512345678"),
  another("the last digit", "447700900123", "447700900124"),
  another("two digits turned", "447700900123", "447700900132"),
  another("another country", "447700900123", "17700900123"),
  another("a Brazilian number of another area", "5511912345678", "5521912345678"),
  another("Brazilian numbers that differ behind the ninth digit", "5511912345678", "5511912345679"),
  another("a Brazilian landline, which has no ninth digit", "551131234567", "5511931234567"),
  another("one digit too few", "447700900123", "44770090012"),
  outside("two spellings for two messages of one person", [
    [text("5511912345678", "a"), text("551112345678", "b")],
    [text("551112345678", "a"), text("5511912345678", "b")],
  ]),
  outside(
    "the order turned under two spellings",
    [
      [text("5511912345678", "a"), text("551112345678", "b")],
      [text("551112345678", "b"), text("5511912345678", "a")],
    ],
    "major reordered /effects/send",
  ),
  outside("the same user id", [[toUser("US.13491208655302741918")], [toUser("US.13491208655302741918")]]),
  outside(
    "another user id",
    [[toUser("US.13491208655302741918")], [toUser("US.13491208655302741919")]],
    "critical changed /effects/send.text/0/recipient",
  ),
  outside("the same group", [[toGroup("Y2FwaV9ncm91cDox")], [toGroup("Y2FwaV9ncm91cDox")]]),
  outside(
    "another group",
    [[toGroup("Y2FwaV9ncm91cDox")], [toGroup("Y2FwaV9ncm91cDoy")]],
    "critical changed /effects/send.text/0/recipient",
  ),
  outside(
    "nobody",
    [[text("447700900123", "Oi")], [posted({ type: "text", text: { body: "Oi" } })]],
    "critical changed /effects/send.text/0/recipient",
  ),
];
