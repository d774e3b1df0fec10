import { catalogue } from "../../locale.ts";

export const signInTexts = catalogue({
  title: ["Sign in", "Entrar"],
  about: [
    "Sign in with a token of this Sombra, such as that of SOMBRA_ADMIN_TOKEN.",
    "Entre com um token deste Sombra, como o de SOMBRA_ADMIN_TOKEN.",
  ],
  token: ["Token", "Token"],
  enter: ["Sign in", "Entrar"],
  unknown: ["This is no token of this Sombra.", "Este não é um token deste Sombra."],
  out: ["You are signed out.", "Você saiu."],
});
