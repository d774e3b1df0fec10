import { catalogue } from "./locale.ts";

/** `it` is what is sent or had, as one of the texts below. */
export const sentenceTexts = catalogue({
  status: [
    "The candidate answers with another status than legacy",
    "O candidate responde com outro status que o legacy",
  ],
  failed: ["The candidate gives no answer where legacy does", "O candidate não responde onde o legacy responde"],
  legacyFailed: ["Legacy gives no answer where the candidate does", "O legacy não responde onde o candidate responde"],
  answer: ["The two answers differ", "As duas respostas diferem"],
  header: [(name: string) => `a header ${name}`, (name: string) => `um cabeçalho ${name}`],
  headers: ["headers", "cabeçalhos"],
  body: ["a body", "um corpo"],
  inBody: [(field: string) => `${field} in the body`, (field: string) => `${field} no corpo`],
  added: [
    (it: string) => `The candidate's answer has ${it}, legacy's does not`,
    (it: string) => `A resposta do candidate tem ${it}, a do legacy não`,
  ],
  removed: [
    (it: string) => `Legacy's answer has ${it}, the candidate's does not`,
    (it: string) => `A resposta do legacy tem ${it}, a do candidate não`,
  ],
  changed: [
    (it: string) => `Both answers have ${it}, with other values`,
    (it: string) => `As duas respostas têm ${it}, com valores diferentes`,
  ],
  type: [
    (it: string) => `Both answers have ${it}, of another type`,
    (it: string) => `As duas respostas têm ${it}, de outro tipo`,
  ],
  sendsExtra: [
    (it: string) => `The candidate sends ${it} that legacy does not`,
    (it: string) => `O candidate envia ${it} que o legacy não envia`,
  ],
  sendsMissing: [
    (it: string) => `Legacy sends ${it} that the candidate does not`,
    (it: string) => `O legacy envia ${it} que o candidate não envia`,
  ],
  bothSend: [(it: string) => `Both send ${it}`, (it: string) => `Os dois enviam ${it}`],
  doesExtra: [
    (it: string) => `The candidate does ${it}, legacy does not`,
    (it: string) => `O candidate faz ${it}, o legacy não`,
  ],
  doesMissing: [
    (it: string) => `Legacy does ${it}, the candidate does not`,
    (it: string) => `O legacy faz ${it}, o candidate não`,
  ],
  bothDo: [(it: string) => `Both do ${it}`, (it: string) => `Os dois fazem ${it}`],
  notEquallyOften: ["not equally often", "em quantidade diferente"],
  otherOrder: ["in another order", "em outra ordem"],
  differs: [(field: string) => `but its ${field} differs`, (field: string) => `mas ${field} difere`],
  otherwise: ["but not the same", "mas não iguais"],
  onlyCandidate: [
    (field: string) => `but only the candidate's has ${field}`,
    (field: string) => `mas só o do candidate tem ${field}`,
  ],
  onlyLegacy: [
    (field: string) => `but only legacy's has ${field}`,
    (field: string) => `mas só o do legacy tem ${field}`,
  ],
  text: ["a text", "um texto"],
  image: ["an image", "uma imagem"],
  audio: ["an audio", "um áudio"],
  video: ["a video", "um vídeo"],
  document: ["a document", "um documento"],
  sticker: ["a sticker", "uma figurinha"],
  location: ["a location", "uma localização"],
  contacts: ["a contact", "um contato"],
  reaction: ["a reaction", "uma reação"],
  interactive: ["an interactive message", "uma mensagem interativa"],
  template: ["a template message", "uma mensagem de template"],
  message: ["a message", "uma mensagem"],
});
